import { useState } from "react";
import { Button } from "./button.tsx";
import "./copy.css";

/** Text to take along, with a button that says when it was taken. */
export function CodeBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className="code">
      <pre>{text}</pre>
      <CopyButton text={text} label={label} size="small" />
    </div>
  );
}

interface CopyProps {
  text: string;
  label: string;
  word?: string;
  size?: "normal" | "small";
}

export function CopyButton({ text, label, word = "Copy", size = "normal" }: CopyProps) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    window.setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <Button size={size} icon={copied ? "check" : "copy"} aria-label={`Copy ${label}`} onClick={copy}>
      <span aria-live="polite">{copied ? "Copied" : word}</span>
    </Button>
  );
}
