import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useModal } from "../components/dialog.tsx";
import { Icon } from "../components/icon.tsx";
import { type Destination, useDestinations } from "./destinations.ts";
import "../components/dialog.css";
import "./palette.css";

const shownAtMost = 40;

/** Type a part of a name, go there. */
export function Palette({ onClose, onHelp }: { onClose(): void; onHelp(): void }) {
  const dialog = useModal();
  const listId = useId();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const found = rank(useDestinations(), text).slice(0, shownAtMost);
  const selected = useRef<HTMLDivElement>(null);

  // Scrolls when the selection moves.
  useEffect(() => {
    selected.current?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const go = (destination: Destination | undefined) => {
    if (!destination) return;
    onClose();
    if (destination.to === "help") onHelp();
    else navigate(destination.to);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter") go(found[at]);
    else if (event.key === "ArrowDown") setAt(Math.min(found.length - 1, at + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
    else return;
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same as a click on the backdrop
    <dialog
      ref={dialog}
      className="dialog palette"
      aria-label="Go to"
      onClose={(event) => event.currentTarget.open || onClose()}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <input
        role="combobox"
        aria-label="Go to a page, metric, incident or rule"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={found[at] ? `${listId}-${at}` : undefined}
        placeholder="Go to a page, metric, incident, rule…"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <div className="palette-list" role="listbox" id={listId} aria-label="Found">
        {found.map((destination, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above holds the keyboard
          <div
            key={destination.key}
            id={`${listId}-${index}`}
            ref={index === at ? selected : undefined}
            className="palette-item"
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onClick={() => go(destination)}
            onMouseMove={() => setAt(index)}
          >
            <Icon name={destination.icon} />
            <span className="truncate">{destination.label}</span>
            <span className="palette-kind">{destination.kind}</span>
          </div>
        ))}
        {found.length === 0 && <p className="palette-none">Nothing here is called “{text}”.</p>}
      </div>
    </dialog>
  );
}

/** Every word has to occur; names that begin with the text come first, in the order they were given. */
function rank(all: Destination[], text: string): Destination[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = all.filter((one) =>
    words.every((word) => `${one.label} ${one.kind}`.toLowerCase().includes(word)),
  );
  const begins = (one: Destination) => (one.label.toLowerCase().startsWith(text.toLowerCase()) ? 0 : 1);
  return words.length === 0 ? matches : matches.toSorted((a, b) => begins(a) - begins(b));
}
