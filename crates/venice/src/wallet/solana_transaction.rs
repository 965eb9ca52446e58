//! A transfer of tokens on Solana whose fee another pays, in the form x402 takes it: limits, the transfer, a note.

use ed25519_dalek::{Signer as _, SigningKey};

use super::solana::{PublicKey, public_key, token_account};

const TOKEN_PROGRAM: &str = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";
const TOKEN_ACCOUNT_PROGRAM: &str = "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL";
const LIMITS_PROGRAM: &str = "ComputeBudget111111111111111111111111111111";
const NOTE_PROGRAM: &str = "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr";
/// The work the transaction may take, and what the fee payer gives for a unit of it, in millionths of a lamport.
const WORK_LIMIT: u32 = 20_000;
const WORK_PRICE: u64 = 1;
const USDC_DECIMALS: u8 = 6;
const TRANSFER_CHECKED: u8 = 12;
const SET_WORK_LIMIT: u8 = 2;
const SET_WORK_PRICE: u8 = 3;
/// The first byte of a message of version 0.
const VERSION_0: u8 = 0x80;

pub(super) struct TokenTransfer<'a> {
    pub(super) fee_payer: PublicKey,
    pub(super) mint: PublicKey,
    pub(super) receiver: PublicKey,
    /// In the token's smallest unit.
    pub(super) units: u64,
    pub(super) note: &'a str,
    pub(super) block_hash: [u8; 32],
}

/// Accounts in the order a message has them: who pays the fee, who signs, what is written, what is read.
struct Accounts(Vec<PublicKey>);

impl Accounts {
    fn index(&self, account: &PublicKey) -> u8 {
        self.0.iter().position(|listed| listed == account).map_or(u8::MAX, |index| index as u8)
    }
}

/// A length in bytes of seven bits, the low ones first.
fn push_length(bytes: &mut Vec<u8>, mut length: usize) {
    while length > 0x7f {
        bytes.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    bytes.push(length as u8);
}

fn push_instruction(
    bytes: &mut Vec<u8>,
    accounts: &Accounts,
    program: &PublicKey,
    of: &[&PublicKey],
    data: &[u8],
) {
    bytes.push(accounts.index(program));
    push_length(bytes, of.len());
    bytes.extend(of.iter().map(|account| accounts.index(account)));
    push_length(bytes, data.len());
    bytes.extend_from_slice(data);
}

impl TokenTransfer<'_> {
    /// The transaction, signed by the owner of the tokens alone. `None` where the accounts have no address.
    pub(super) fn signed(&self, owner: &SigningKey) -> Option<Vec<u8>> {
        let message = self.message(&owner.verifying_key().to_bytes())?;
        let mut transaction = Vec::with_capacity(message.len() + 129);
        push_length(&mut transaction, 2);
        // The one who pays the fee signs later.
        transaction.extend_from_slice(&[0; 64]);
        transaction.extend_from_slice(&owner.sign(&message).to_bytes());
        transaction.extend_from_slice(&message);
        Some(transaction)
    }

    fn message(&self, owner: &PublicKey) -> Option<Vec<u8>> {
        let [token, holder, limits, note] = [
            public_key(TOKEN_PROGRAM)?,
            public_key(TOKEN_ACCOUNT_PROGRAM)?,
            public_key(LIMITS_PROGRAM)?,
            public_key(NOTE_PROGRAM)?,
        ];
        let from = token_account(owner, &token, &self.mint, &holder)?;
        let to = token_account(&self.receiver, &token, &self.mint, &holder)?;
        let mut written = [from, to];
        written.sort_unstable();
        let mut read = [self.mint, token, limits, note];
        read.sort_unstable();
        let accounts: Vec<_> = [self.fee_payer, *owner].into_iter().chain(written).chain(read).collect();
        // Two sign, of whom the owner isn't written to; four accounts are read only.
        let mut message = vec![VERSION_0, 2, 1, 4];
        push_length(&mut message, accounts.len());
        message.extend(accounts.iter().flatten());
        message.extend_from_slice(&self.block_hash);
        let accounts = Accounts(accounts);
        push_length(&mut message, 4);
        let number = |code: u8, bytes: &[u8]| [&[code], bytes].concat();
        push_instruction(
            &mut message,
            &accounts,
            &limits,
            &[],
            &number(SET_WORK_LIMIT, &WORK_LIMIT.to_le_bytes()),
        );
        push_instruction(
            &mut message,
            &accounts,
            &limits,
            &[],
            &number(SET_WORK_PRICE, &WORK_PRICE.to_le_bytes()),
        );
        let mut transfer = number(TRANSFER_CHECKED, &self.units.to_le_bytes());
        transfer.push(USDC_DECIMALS);
        push_instruction(&mut message, &accounts, &token, &[&from, &self.mint, &to, owner], &transfer);
        push_instruction(&mut message, &accounts, &note, &[], self.note.as_bytes());
        // No table of further accounts.
        push_length(&mut message, 0);
        Some(message)
    }
}
