import { createInterface } from "node:readline/promises";

/** Where a command says what it does and asks before it does it. */
export interface Terminal {
  say(text: string): void;
  /** Replaces the progress said before; a line of its own where nobody watches. */
  progress(text: string): void;
  confirm(question: string): Promise<boolean>;
}

export function openTerminal(): Terminal {
  let inProgress = false;
  return {
    say(text) {
      if (inProgress) process.stderr.write("\n");
      inProgress = false;
      console.log(text);
    },
    progress(text) {
      if (process.stderr.isTTY) {
        inProgress = true;
        process.stderr.write(`\r\u001b[K${text}`);
      } else process.stderr.write(`${text}\n`);
    },
    async confirm(question) {
      if (!process.stdin.isTTY) {
        throw new Error("Nobody is at the terminal to be asked; add --yes when it is meant.");
      }
      const reader = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return /^y(es)?$/i.test((await reader.question(`${question} [y/N] `)).trim());
      } finally {
        reader.close();
      }
    },
  };
}
