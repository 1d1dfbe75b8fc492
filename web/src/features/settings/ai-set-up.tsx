import { CodeBlock } from "../../components/copy.tsx";
import { Empty } from "../../components/states.tsx";

const onThisMachine = [
  "AI_BASE_URL=https://api.example.com/v1 \\",
  "AI_MODEL=large-model AI_FAST_MODEL=small-model \\",
  "AI_API_KEY=… npm start",
].join("\n");
const inTheCloud = [
  "{",
  '  "baseUrl": "https://api.example.com/v1",',
  '  "model": "large-model", "fastModel": "small-model",',
  '  "apiKey": "…"',
  "}",
].join("\n");

/** How a model is set up, and what there is without one. */
export function AiSetUp() {
  return (
    <section className="panel" aria-label="Setting up a model">
      <Empty title="No model is set up">
        <p>
          Causes are ranked from evidence either way; a model adds the explanation in words and answers free
          questions. Anything that speaks the OpenAI chat protocol will do, one on your own machine too.
        </p>
        <p>On this machine, start SentinelOps with:</p>
        <CodeBlock text={onThisMachine} label="the settings for this machine" />
        <p>
          In your AWS account, put this into the secret that AI_SECRET_ARN names; it is read within 5 min:
        </p>
        <CodeBlock text={inTheCloud} label="the text of the secret" />
      </Empty>
    </section>
  );
}
