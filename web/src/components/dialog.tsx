import { type ReactNode, useEffect, useId, useRef } from "react";
import { IconButton } from "./button.tsx";
import "./dialog.css";

/** A modal of the browser's own: focus starts at the first thing to do and stays inside, Escape and the backdrop close it, focus returns. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose(): void;
  children: ReactNode;
}) {
  const id = useId();
  const ref = useModal();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same as a click on the backdrop
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby={id}
      onClose={(event) => event.currentTarget.open || onClose()}
      onClick={(event) => event.target === ref.current && onClose()}
    >
      <div className="dialog-head">
        <h2 id={id}>{title}</h2>
      </div>
      <div className="dialog-body">{children}</div>
      <div className="dialog-close">
        <IconButton icon="close" label="Close" onClick={onClose} />
      </div>
    </dialog>
  );
}

/** Opens the dialog it is given to as a modal for as long as it is on the page. */
export function useModal() {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return ref;
}
