//! Keys, billing, characters, block chains and wallets.

use std::error::Error;

use jiff::{Timestamp, ToSpan as _, Unit, tz::TimeZone};
use serde_json::json;
use venice::account::{
    ApiKeyType, ConsumptionLimit, CreateApiKey, DeleteApiKey, Expiry, GetApiKeyById,
    GetBillingUsageAnalytics, GetBillingUsageHistory, LimitPeriod, ModelPrivacy, PostApiKeyGenerateWeb3Key,
    SpendLimit, UpdateApiKey, UsageFormat,
};
use venice::characters::{
    CharacterOrder, GetCharacterBySlug, GetCharacterReviews, ListCharacters, SortDirection,
};
use venice::crypto_rpc::{CryptoRpcProxy, RpcCall};
use venice::wallet::{Chain, Wallet};
use venice::x402::{GetX402Balance, GetX402Transactions, TopUp, TopUpX402Balance, TransactionType};
use venice::{Auth, Client};

use crate::{Outcome, Report, Setting, ensure};

/// Sends one good call of each.
pub async fn check(report: &mut Report, setting: &Setting) {
    reads(report, setting).await;
    keys(report, setting).await;
    charges(report, setting).await;
    characters(report, setting).await;
    chains(report, setting).await;
    wallets(report, setting).await;
}

async fn reads(report: &mut Report, setting: &Setting) {
    let Setting { client, admin, .. } = setting;
    report
        .check("getBillingBalance", async {
            let balance = admin.get_billing_balance().await?.value;
            ensure!(balance.balances.usd.is_some() || balance.balances.diem.is_some(), "no balance in it");
            Ok(())
        })
        .await;
    report
        .check("getApiKeyRateLimits", async {
            let limits = client.get_api_key_rate_limits().await?.value;
            ensure!(limits.access_permitted, "the key has no access");
            ensure!(limits.rate_limits.iter().any(|model| !model.rate_limits.is_empty()), "no limits");
            Ok(())
        })
        .await;
    report
        .check("getApiKeyRateLimitLogs", async {
            let log = admin.get_api_key_rate_limit_logs().await?.value;
            ensure!(log.len() <= 50, "{} entries", log.len());
            Ok(())
        })
        .await;
}

fn as_key(setting: &Setting, key: secrecy::SecretString) -> venice::Result<Client> {
    Client::builder(&setting.base_url).auth(Auth::Bearer(key)).build()
}

async fn keys(report: &mut Report, setting: &Setting) {
    let admin = &setting.admin;
    let mut made = None;
    report
        .check("createApiKey", async {
            let tomorrow = Timestamp::now().checked_add(24.hours())?.round(Unit::Second)?;
            let request = CreateApiKey::new(ApiKeyType::Inference, "every operation")
                .expires_at(tomorrow)
                .consumption_limit(ConsumptionLimit::new().usd(rust_decimal::Decimal::ONE))
                .limit_period(LimitPeriod::Month)
                .model_privacy(ModelPrivacy::All);
            let mut key = admin.create_api_key(&request).await?.value;
            ensure!(key.api_key_type == ApiKeyType::Inference, "a key of kind {}", key.api_key_type);
            ensure!(key.expires_at == Some(tomorrow), "it ends {:?} and not {tomorrow}", key.expires_at);
            made = Some(key.id.clone());
            let secret = key.take_api_key().ok_or("no secret")?;
            let limits = as_key(setting, secret)?.get_api_key_rate_limits().await?.value;
            ensure!(limits.access_permitted, "the new key has no access");
            Ok(())
        })
        .await;
    let id = made.unwrap_or_else(|| "none".to_owned());
    report
        .check("getApiKeys", async {
            let keys = admin.get_api_keys().await?.value;
            ensure!(keys.iter().any(|key| key.id == id), "the new key isn't among {}", keys.len());
            Ok(())
        })
        .await;
    report
        .check("getApiKeyById", async {
            let key = admin.get_api_key_by_id(&GetApiKeyById::new(&id)).await?.value;
            ensure!(key.id == id, "another key");
            ensure!(key.consumption_limits.usd.is_some(), "no limit");
            Ok(())
        })
        .await;
    report
        .check("updateApiKey", async {
            let request = UpdateApiKey::new(&id)
                .description("every operation, changed")
                .consumption_limit(ConsumptionLimit::new().usd(SpendLimit::Unlimited))
                .expires_at(Expiry::Never);
            let key = admin.update_api_key(&request).await?.value;
            ensure!(
                key.description.as_deref() == Some("every operation, changed"),
                "it is called {:?}",
                key.description
            );
            ensure!(key.expires_at.is_none(), "it ends {:?}", key.expires_at);
            ensure!(key.consumption_limits.usd.is_none(), "a limit is left");
            Ok(())
        })
        .await;
    report
        .check("deleteApiKey", async {
            ensure!(admin.delete_api_key(&DeleteApiKey::new(&id)).await?.value.success, "no success");
            let keys = admin.get_api_keys().await?.value;
            ensure!(keys.iter().all(|key| key.id != id), "it is still there");
            Ok(())
        })
        .await;
}

async fn charges(report: &mut Report, setting: &Setting) {
    let admin = &setting.admin;
    report
        .check("getBillingUsageHistory", async {
            let now = Timestamp::now();
            let start = now.checked_sub((24 * 30).hours())?;
            let request =
                GetBillingUsageHistory::new().start_timestamp(start).end_timestamp(now).page_size(10_u32);
            let mut counts = Vec::new();
            for format in [UsageFormat::Json, UsageFormat::Csv] {
                let mut walk = admin.walk_billing_usage_history(request.clone().format(format));
                let (mut charges, mut last) = (0, start);
                // A few pages tell as much as all of them.
                for _ in 0..3 {
                    let Some(page) = walk.next_page().await? else { break };
                    ensure!(page.value.skipped == 0, "{} unreadable", page.value.skipped);
                    for charge in page.value.data {
                        ensure!(charge.timestamp >= last, "{} after {last}", charge.timestamp);
                        last = charge.timestamp;
                        charges += 1;
                    }
                }
                counts.push(charges);
            }
            ensure!(counts[0] == counts[1], "{} charges as JSON, {} as CSV", counts[0], counts[1]);
            Ok(())
        })
        .await;
    report
        .check("getBillingUsageAnalytics", async {
            let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
            let between = GetBillingUsageAnalytics::between(today.checked_sub(6.days())?, today);
            for request in
                [GetBillingUsageAnalytics::new(), GetBillingUsageAnalytics::new().lookback(30_u32), between]
            {
                let analytics = admin.get_billing_usage_analytics(&request).await?.value;
                ensure!(analytics.lookback.is_some(), "no time in it");
                let charted = analytics.by_model_daily.iter().flat_map(|day| day.amounts.keys());
                for name in charted {
                    ensure!(analytics.top_models.contains(name), "{name} isn't among the top models");
                }
            }
            Ok(())
        })
        .await;
    report
        .check("getBillingUsage", async {
            let error = admin.get_billing_usage().await.err().ok_or("it wasn't retired")?;
            let api = error.api().ok_or("no error of the server")?;
            ensure!(api.status == 410, "{}", api.status);
            let successor = api.retirement.as_ref().and_then(|end| end.successor.as_deref());
            ensure!(
                successor.is_some_and(|path| path.ends_with("/usage-history")),
                "the successor is {successor:?}"
            );
            Ok(())
        })
        .await;
}

async fn characters(report: &mut Report, setting: &Setting) {
    let client = &setting.client;
    let mut slug = None;
    report
        .check("listCharacters", async {
            let all = client.list_characters(&ListCharacters::new()).await?.value;
            let first = all.first().ok_or("no characters")?;
            slug = Some(first.slug.clone());
            let mut request = ListCharacters::new()
                .search(&first.name)
                .is_adult(first.adult)
                .is_web_enabled(first.web_enabled)
                .sort_by(CharacterOrder::Imports)
                .sort_order(SortDirection::Descending)
                .limit(5_u32)
                .offset(0_u32);
            request.model_id.extend(first.model_id.clone());
            request.tags.extend(first.tags.first().cloned());
            let some = client.list_characters(&request).await?.value;
            ensure!(some.len() <= 5, "{} of 5", some.len());
            ensure!(some.iter().any(|character| character.slug == first.slug), "{} isn't found", first.slug);
            Ok(())
        })
        .await;
    let slug = slug.unwrap_or_else(|| "none".to_owned());
    report
        .check("getCharacterBySlug", async {
            let character = client.get_character_by_slug(&GetCharacterBySlug::new(&slug)).await?.value;
            ensure!(character.slug == slug, "{} instead", character.slug);
            Ok(())
        })
        .await;
    report
        .check("getCharacterReviews", async {
            let request = GetCharacterReviews::new(&slug).page(1_u32).page_size(5_u32);
            let reviews = client.get_character_reviews(&request).await?.value;
            ensure!(reviews.data.len() <= 5, "{} of 5", reviews.data.len());
            ensure!(reviews.pagination.page == Some(1), "page {:?}", reviews.pagination.page);
            Ok(())
        })
        .await;
}

async fn chains(report: &mut Report, setting: &Setting) {
    let client = &setting.client;
    report
        .check("listCryptoRpcNetworks", async {
            let networks = client.list_crypto_rpc_networks().await?.value.networks;
            ensure!(
                networks.iter().any(|network| network == "base-mainnet"),
                "Base isn't among {networks:?}"
            );
            Ok(())
        })
        .await;
    report
        .check("cryptoRpcProxy", async {
            let key = format!("every-operation-{}", Timestamp::now().as_microsecond());
            let request =
                CryptoRpcProxy::new("base-mainnet", RpcCall::new("eth_chainId", [])).idempotency_key(key);
            let first = client.crypto_rpc_proxy(&request).await?;
            let chain = first.value.all()[0].result().map_err(|error| error.message.clone())?;
            ensure!(*chain == json!("0x2105"), "Base is {chain}");
            ensure!(first.receipt.rpc.credits.is_some(), "no credits are told");
            let again = client.crypto_rpc_proxy(&request).await?;
            ensure!(again.value == first.value, "another answer to the same request");
            ensure!(again.receipt.rpc.is_replayed == Some(true), "it wasn't answered from memory");
            let calls = [
                RpcCall::new("eth_blockNumber", []),
                RpcCall::new("eth_getBalance", [json!(Chain::Base.usdc()), json!("latest")]),
            ];
            let replies = client.crypto_rpc_proxy(&CryptoRpcProxy::batch("base-mainnet", calls)).await?.value;
            for id in [1, 2] {
                let reply = replies.get(&id.into()).ok_or("a reply is missing")?;
                reply.result().map_err(|error| error.message.clone())?;
            }
            Ok(())
        })
        .await;
}

/// A wallet, and a client that signs in with it. That of `VENICE_WALLET` where there is one, else new ones: they can
/// pay where money is pretend only.
fn signed_in(setting: &Setting, chain: Chain) -> Result<(Wallet, Client), Box<dyn Error>> {
    let given =
        std::env::var("VENICE_WALLET").ok().map(|secret| Wallet::from_secret(&secret.into())).transpose()?;
    let wallet = given
        .filter(|wallet| wallet.chain() == chain)
        .unwrap_or_else(|| Wallet::generate(chain, &mut rand::rng()));
    let client = Client::builder(&setting.base_url).auth(Auth::Wallet(wallet.clone())).build()?;
    Ok((wallet, client))
}

/// The hash of a block that a payment on Solana names.
async fn recent_block_hash(client: &Client) -> Result<String, Box<dyn Error>> {
    let call = RpcCall::new("getLatestBlockhash", [json!({"commitment": "finalized"})]);
    let replies = client.crypto_rpc_proxy(&CryptoRpcProxy::new("solana-mainnet", call)).await?.value;
    let reply = replies.all()[0].result().map_err(|error| error.message.clone())?;
    Ok(reply["value"]["blockhash"].as_str().ok_or("no block hash")?.to_owned())
}

async fn topped_up(setting: &Setting, chain: Chain, client: &Client) -> Outcome {
    let TopUp::PaymentRequired(asked) = client.top_up_x402_balance(&TopUpX402Balance::ask()).await?.value
    else {
        return Err("credited without a payment".into());
    };
    let option =
        asked.accepts.iter().find(|option| option.chain() == Some(chain)).ok_or("the chain isn't offered")?;
    let block_hash = match chain {
        Chain::Base => None,
        Chain::Solana => Some(recent_block_hash(&setting.client).await?),
    };
    let payment = client.sign_payment(&asked, option, 10.into(), block_hash.as_deref())?;
    let answer = client.top_up_x402_balance(&TopUpX402Balance::pay(payment)).await?;
    let TopUp::Credited(credited) = answer.value else { return Err("the payment wasn't looked at".into()) };
    ensure!(credited.amount_credited == 10.into(), "{} of 10 dollars", credited.amount_credited);
    ensure!(credited.new_balance >= credited.amount_credited, "{} dollars", credited.new_balance);
    Ok(())
}

async fn wallets(report: &mut Report, setting: &Setting) {
    let (base, solana) = match (signed_in(setting, Chain::Base), signed_in(setting, Chain::Solana)) {
        (Ok(base), Ok(solana)) => (base, solana),
        (Err(why), _) | (_, Err(why)) => {
            let why = why.to_string();
            return report.check("topUpX402Balance", async { Err(why.into()) }).await;
        }
    };
    report
        .check("topUpX402Balance", async {
            topped_up(setting, Chain::Base, &base.1).await?;
            topped_up(setting, Chain::Solana, &solana.1).await
        })
        .await;
    report
        .check("getX402Balance", async {
            for (wallet, client) in [&base, &solana] {
                let balance = client.get_x402_balance(&GetX402Balance::of(wallet)).await?.value;
                ensure!(balance.wallet_address.eq_ignore_ascii_case(wallet.address()), "another wallet");
                ensure!(balance.can_consume, "nothing to use up");
            }
            // What is there can be used up.
            let request = CryptoRpcProxy::new("base-mainnet", RpcCall::new("eth_chainId", []));
            let receipt = base.1.crypto_rpc_proxy(&request).await?.receipt;
            ensure!(receipt.wallet_balance_usd.is_some(), "the balance after a call isn't told");
            Ok(())
        })
        .await;
    report
        .check("getX402Transactions", async {
            for (wallet, client) in [&base, &solana] {
                let request = GetX402Transactions::of(wallet).limit(10_u32).offset(0_u32);
                let page = client.get_x402_transactions(&request).await?.value;
                let mut kinds = page.transactions.iter().map(|transaction| &transaction.kind);
                ensure!(kinds.any(|kind| *kind == TransactionType::TopUp), "no top-up");
            }
            Ok(())
        })
        .await;
    report
        .check("getApiKeyGenerateWeb3Key", async {
            let token = setting.client.get_api_key_generate_web3_key().await?.value;
            ensure!(!token.token.is_empty(), "no token");
            Ok(())
        })
        .await;
    report
        .check("postApiKeyGenerateWeb3Key", async {
            let token = setting.client.get_api_key_generate_web3_key().await?.value;
            let request = PostApiKeyGenerateWeb3Key::signed_by(&base.0, ApiKeyType::Inference, &token);
            let request = request.description("every operation").limit_period(LimitPeriod::Epoch);
            let mut key = setting.client.post_api_key_generate_web3_key(&request).await?.value;
            let secret = key.take_api_key().ok_or("no secret")?;
            as_key(setting, secret)?.get_api_key_rate_limits().await?;
            Ok(())
        })
        .await;
}
