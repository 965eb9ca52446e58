/** Work that goes on at the provider: films and music, wherever they are shown. */
export const remote = {
  queued: "Waiting its turn at Venice",
  processingLeft: "Being made, about {time} left",
  processingLonger: "Being made for {time}, longer than usual",
  processingFor: "Being made for {time}",
  downloading: "Arriving, {bytes}",
  downloadingOf: "Arriving, {bytes} of {total}",
  waiting: "It goes on there",
  stop: "Stop waiting for it",
  stopTitle: "Stop waiting for it?",
  stopText:
    "Venice has taken it on: it goes on there and is charged. You can look for what it makes later, as long as Venice keeps it.",
  stopSentText:
    "It is on its way. If Venice takes it on, it goes on there and is charged, and you can look for what it makes later.",
  stopConfirm: "Stop waiting",
  stopKeep: "Go on waiting",
  lookAgain: "Look again",
  lookAgainHint: "Asks Venice whether it still has the result. Costs nothing.",
  // Once more
  againTitle: "Send it once more?",
  againText: "The same request, at the price of now.",
  againTextCharged:
    "The first one may have been charged. If it was, sending it again is charged a second time.",
  again: "Send again",
  useRecipe: "Put it into the form",
  recipeModelGone:
    "The form holds what it was asked for with, but its model isn’t offered any more: another is chosen.",
  useSuggested: "Use the suggested words",
  // Consent
  consentOpen: "Read and agree…",
  consentTitle: "Your consent is needed",
  consentText:
    "There seem to be faces in what you sent. Nothing was charged, and nothing goes on without your word.",
  consentPolicy: "What the provider says",
  consentNoPolicy: "The provider sent no text with its question. Its terms are at venice.ai.",
  consentInputs: "What it is about",
  consentInputsUnknown: "It didn’t say which of the files it is about.",
  consentTerms: "I have read the text above and agree to it.",
  consentRights: "I have the right to use these faces, and whoever is shown agrees.",
  consentScreening: "I know that what I send may be looked at before it is worked on.",
  consentSend: "Agree and send",
  consentSame: "Exactly the same is sent again, with your three confirmations.",
} as const;
