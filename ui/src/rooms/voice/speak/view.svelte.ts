/** What is open in the Speak tab. */
class View {
  /** The form, where it is a sheet. */
  form = $state(false);
  clones = $state(false);
  /** The shelf, or making a new one. */
  making = $state(false);

  showClones(making = false): void {
    this.clones = true;
    this.making = making;
  }
}

export const view = new View();
