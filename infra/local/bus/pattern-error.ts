/** A pattern that EventBridge would refuse, with the field and what would be right. */
export class InvalidPattern extends Error {
  constructor(path: string, fault: string) {
    super(`Event pattern is not valid: ${path ? `"${path}"` : "it"} ${fault}.`);
    this.name = "InvalidEventPatternException";
  }
}
