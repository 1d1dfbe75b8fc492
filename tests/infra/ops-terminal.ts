import type { Terminal } from "../../infra/ops/terminal.ts";

/** A terminal whose person answers the same to every question, and what was said at it. */
export function aTerminal(answer: "yes" | "no" | "never asked" = "never asked") {
  const said: string[] = [];
  const terminal: Terminal = {
    say: (text) => said.push(text),
    progress: (text) => said.push(text),
    confirm: async (question) => {
      if (answer === "never asked") throw new Error(`nobody was to be asked: ${question}`);
      return answer === "yes";
    },
  };
  return { terminal, text: () => said.join("\n") };
}
