//! Proof of where a model runs, and an encrypted conversation with it.

use jiff::Timestamp;
use venice::chat::{CreateChatCompletion, Message};
use venice::models::{Model, ModelType};
use venice::tee::{EncryptedSession, GetTeeAttestation, GetTeeSignature};

use crate::{Report, Setting, ensure};

pub async fn check(report: &mut Report, setting: &Setting) {
    let client = &setting.client;
    let model = || {
        setting.pick(&ModelType::Text, |model: &Model| {
            model.spec.capabilities.as_ref().is_some_and(|can| can.supports_e2ee)
        })
    };
    let mut answered = None;
    report
        .check("getTeeAttestation", async {
            let model = model()?.id.as_str();
            let request = GetTeeAttestation::random(model)?;
            let attestation = client.get_tee_attestation(&request).await?.value;
            // Without what Intel publishes the quote stays an open question; all else can be told.
            let verification = attestation.verify(&request, None, Timestamp::now());
            for (name, check) in verification.checks() {
                let is_open = ["intel_signature", "platform_up_to_date", "nvidia"].contains(&name);
                ensure!(is_open || check.is_passed(), "{name}: {check}");
            }
            ensure!(!verification.is_genuine(), "genuine without proof");
            let session = EncryptedSession::new(&attestation)?;
            let messages = vec![
                Message::system("Answer in one sentence."),
                Message::user("Which city has canals for streets?"),
                Message::assistant("Venice."),
                Message::user("And what are its boats called?"),
            ];
            let request = CreateChatCompletion::new(model, messages).max_completion_tokens(2_000_u32);
            let stream = client.stream_encrypted_chat_completion(&request, &session).await?;
            let answer = stream.collect().await?.value;
            ensure!(!answer.text().trim().is_empty(), "no words");
            answered = answer.id;
            Ok(())
        })
        .await;
    report
        .check("getTeeSignature", async {
            let id = answered.ok_or("nothing was answered")?;
            let signature = client.get_tee_signature(&GetTeeSignature::new(&model()?.id, id)).await?.value;
            ensure!(!signature.text.is_empty() && !signature.signature.is_empty(), "no signature");
            Ok(())
        })
        .await;
}
