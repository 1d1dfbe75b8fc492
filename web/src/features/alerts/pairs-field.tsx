import { Button, IconButton } from "../../components/button.tsx";
import type { Pair } from "./rule-draft.ts";

interface PairsFieldProps {
  label: string;
  hint: string;
  error?: string | undefined;
  pairs: readonly Pair[];
  placeholders: Pair;
  onPairs(pairs: Pair[]): void;
}

/** Names with values, as many as wanted. */
export function PairsField({ label, hint, error, pairs, placeholders, onPairs }: PairsFieldProps) {
  const set = (at: number, pair: Pair) => onPairs(pairs.map((old, index) => (index === at ? pair : old)));
  return (
    <fieldset className="field form-wide">
      <legend className="field-label">{label}</legend>
      {pairs.map(([name, value], index) => (
        <div key={index} className="pair">
          <input
            className="input input-mono"
            aria-label={`${label}: name ${index + 1}`}
            placeholder={placeholders[0]}
            value={name}
            onChange={(event) => set(index, [event.target.value, value])}
          />
          <input
            className="input"
            aria-label={`${label}: value ${index + 1}`}
            placeholder={placeholders[1]}
            value={value}
            onChange={(event) => set(index, [name, event.target.value])}
          />
          <IconButton
            icon="close"
            label={`Remove ${name || `pair ${index + 1}`}`}
            onClick={() => onPairs(pairs.filter((_, other) => other !== index))}
          />
        </div>
      ))}
      <div>
        <Button size="small" icon="plus" onClick={() => onPairs([...pairs, ["", ""]])}>
          Add
        </Button>
      </div>
      {error ? (
        <p className="field-error" role="alert">
          {error}
        </p>
      ) : (
        <p className="field-hint">{hint}</p>
      )}
    </fieldset>
  );
}
