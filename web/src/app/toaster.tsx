import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { Link } from "react-router";
import type { Severity } from "../../../events/alerts.ts";
import { IconButton } from "../components/button.tsx";
import { SeverityMark } from "../components/marks.tsx";
import "../components/toast.css";

interface Toast {
  id: string;
  severity: Severity;
  text: string;
  detail: string;
  to: string;
}

const shownForMs = 12_000;
const atMost = 3;
const ToastContext = createContext<(toast: Toast) => void>(() => {});

/** Tells of something that happened elsewhere, read out by screen readers; it goes by itself. */
export const useToast = () => useContext(ToastContext);

export function Toaster({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const remove = useCallback((id: string) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const show = useCallback(
    (toast: Toast) => {
      setToasts((all) => [...all.filter((other) => other.id !== toast.id), toast].slice(-atMost));
      window.setTimeout(() => remove(toast.id), shownForMs);
    },
    [remove],
  );
  return (
    <ToastContext value={show}>
      {children}
      <div className="toasts" aria-live="polite" role="status">
        {useMemo(
          () =>
            toasts.map((toast) => (
              <div key={toast.id} className="toast">
                <SeverityMark severity={toast.severity} wordless />
                <div>
                  <Link to={toast.to} onClick={() => remove(toast.id)}>
                    {toast.text}
                  </Link>
                  <span className="quiet">{toast.detail}</span>
                </div>
                <IconButton icon="close" label="Dismiss" onClick={() => remove(toast.id)} />
              </div>
            )),
          [toasts, remove],
        )}
      </div>
    </ToastContext>
  );
}
