import type { ComponentProps, ReactNode } from "react";
import { Link } from "react-router";
import { Icon, type IconName } from "./icon.tsx";
import "./button.css";

interface Look {
  look?: "primary" | "plain" | "ghost" | "danger";
  size?: "normal" | "small";
  icon?: IconName;
  children?: ReactNode;
}

function classesOf({ look = "plain", size = "normal" }: Look, more = ""): string {
  return `button${look === "plain" ? "" : ` button-${look}`}${size === "small" ? " button-small" : ""}${more}`;
}

type ButtonProps = Look & Omit<ComponentProps<"button">, "className"> & { busy?: boolean };

/** A button; while busy it keeps its place and its focus but does nothing. */
export function Button({ look, size, icon, busy = false, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={classesOf({ ...(look && { look }), ...(size && { size }) }, busy ? " button-busy" : "")}
    >
      {icon && !busy && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button that is only an icon; its label is read out and shown on hover. */
export function IconButton({
  icon,
  label,
  ...rest
}: { icon: IconName; label: string } & Omit<ComponentProps<"button">, "className" | "children">) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className="button button-ghost button-icon"
    >
      <Icon name={icon} />
    </button>
  );
}

export function ButtonLink({ look, size, icon, to, children }: Look & { to: string }) {
  return (
    <Link to={to} className={classesOf({ ...(look && { look }), ...(size && { size }) })}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}
