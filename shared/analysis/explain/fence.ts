import { randomBytes } from "node:crypto";

/** Cannot be guessed by who writes the data, and is another in every request. */
export function newDelimiter(): string {
  return randomBytes(12).toString("hex");
}

/** The data between two lines that only we can write; the delimiter inside the data is broken up. */
export function fence(title: string, data: string, delimiter: string): string {
  const harmless = data.replaceAll(new RegExp(delimiter, "gi"), "[delimiter]");
  return `BEGIN ${title} ${delimiter}\n${harmless}\nEND ${title} ${delimiter}`;
}
