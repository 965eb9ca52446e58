//! One line said by many voices, to choose one.

use jiff::Timestamp;
use store::JobId;

use super::{ReadingView, SpeechEstimate, SpeechRequest, VoiceChoice, start::Looked};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    error::Code,
    pictures::estimate::Expected,
    voice::models::{self, SpeechModel},
};

/// The most voices of one audition.
const MOST_VOICES: usize = 50;

impl Studio {
    /// Prices one line said by many voices.
    pub async fn estimate_audition(
        &self,
        request: &SpeechRequest,
        voices: Vec<VoiceChoice>,
    ) -> Result<SpeechEstimate> {
        let payer = self.selected_payer().await?;
        let problem = count_problem(&voices);
        let looked = self.look_at_line(&payer, request, voices).await?;
        let estimate = self.estimate_of(payer, looked).await?;
        Ok(SpeechEstimate { problem: problem.or(estimate.problem), ..estimate })
    }

    /// One line said by many voices: a reading for each.
    pub async fn start_audition(
        &self,
        request: SpeechRequest,
        voices: Vec<VoiceChoice>,
        expected: Expected,
    ) -> Result<Vec<ReadingView>> {
        if let Some(problem) = count_problem(&voices) {
            return Err(problem);
        }
        let payer = self.selected_payer().await?;
        let looked = self.look_at_line(&payer, &request, voices).await?;
        let audition = JobId::new(Timestamp::now()).to_string();
        self.start_readings(payer, looked, Some(audition), &expected).await
    }

    async fn look_at_line(
        &self,
        payer: &Payer,
        request: &SpeechRequest,
        voices: Vec<VoiceChoice>,
    ) -> Result<Vec<Looked>> {
        let listed = self.models(payer, false).await?;
        let mut requests: Vec<SpeechRequest> = Vec::new();
        for choice in voices {
            let named = SpeechRequest { model: choice.model, voice: Some(choice.voice), ..request.clone() };
            // What is wrong with a model is told when it is looked at.
            let fitted = match models::speaker(&listed.models, &named.model) {
                Ok(speaker) => fitted(named, &speaker.model),
                Err(_) => named,
            };
            if !requests.contains(&fitted) {
                requests.push(fitted);
            }
        }
        let looked = self.look_at(payer, requests).await?;
        Ok(looked.into_iter().map(Looked::line).collect())
    }
}

/// Without the settings that a model doesn't have.
fn fitted(request: SpeechRequest, model: &SpeechModel) -> SpeechRequest {
    SpeechRequest {
        title: None,
        speed: request.speed.filter(|_| model.speed.is_some()),
        style: request.style.filter(|_| model.style_limit.is_some()),
        temperature: request.temperature.filter(|_| model.temperature.is_some()),
        top_p: request.top_p.filter(|_| model.top_p),
        language: request.language.filter(|language| {
            model.takes_language && (model.languages.is_empty() || model.languages.contains(language))
        }),
        format: request.format.filter(|format| model.formats.contains(format)),
        ..request
    }
}

fn count_problem(voices: &[VoiceChoice]) -> Option<AppError> {
    if voices.is_empty() {
        return Some(
            AppError::new(Code::FieldInvalid, "No voice is chosen.", "Choose the voices to try.")
                .param("field", "voices")
                .param("reason", "choose at least one"),
        );
    }
    (voices.len() > MOST_VOICES).then(|| {
        AppError::new(
            Code::TooManyVoices,
            format!("{} voices are chosen; at most {MOST_VOICES} are tried at once.", voices.len()),
            "Take some away.",
        )
        .param("count", voices.len())
        .param("max", MOST_VOICES)
    })
}
