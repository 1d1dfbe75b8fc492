import { type ComponentProps, type ReactNode, useId } from "react";

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  wide?: boolean;
  children: (ids: { id: string; describedBy: string | undefined; invalid: boolean }) => ReactNode;
}

/** A labelled control with its hint, or what is wrong with it. */
export function Field({ label, hint, error, wide = false, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const hasNote = error !== undefined || hint !== undefined;
  return (
    <div className={`field${wide ? " form-wide" : ""}`}>
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {children({ id, describedBy: hasNote ? noteId : undefined, invalid: error !== undefined })}
      {error !== undefined ? (
        <p className="field-error" id={noteId} role="alert">
          {error}
        </p>
      ) : (
        hint !== undefined && (
          <div className="field-hint" id={noteId}>
            {hint}
          </div>
        )
      )}
    </div>
  );
}

type TextProps = Omit<FieldProps, "children"> & {
  value: string;
  onValue(value: string): void;
  mono?: boolean;
  multiline?: boolean;
} & Pick<
    ComponentProps<"input">,
    "placeholder" | "type" | "required" | "list" | "autoComplete" | "inputMode" | "autoFocus" | "maxLength"
  >;

export function TextField(props: TextProps) {
  const { label, hint, error, wide, value, onValue, mono = false, multiline = false, ...rest } = props;
  return (
    <Field label={label} {...pick({ hint, error, wide })}>
      {({ id, describedBy, invalid }) => {
        const shared = {
          id,
          value,
          "aria-describedby": describedBy,
          "aria-invalid": invalid,
          className: mono ? "input input-mono" : "input",
          placeholder: rest.placeholder,
          maxLength: rest.maxLength,
        };
        return multiline ? (
          <textarea {...shared} onChange={(event) => onValue(event.target.value)} />
        ) : (
          <input
            spellCheck={mono ? false : undefined}
            autoCapitalize={mono ? "off" : undefined}
            {...rest}
            {...shared}
            onChange={(event) => onValue(event.target.value)}
          />
        );
      }}
    </Field>
  );
}

type SelectProps<T extends string> = Omit<FieldProps, "children"> & {
  value: T;
  options: readonly { value: T; label: string }[];
  onValue(value: T): void;
};

export function SelectField<T extends string>(props: SelectProps<T>) {
  const { label, hint, error, wide, value, options, onValue } = props;
  return (
    <Field label={label} {...pick({ hint, error, wide })}>
      {({ id, describedBy, invalid }) => (
        <select
          id={id}
          className="select"
          value={value}
          aria-describedby={describedBy}
          aria-invalid={invalid}
          onChange={(event) => onValue(event.target.value as T)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** A select without a visible label, for filter rows. */
export function FilterSelect<T extends string>(props: {
  label: string;
  value: T | "";
  any: string;
  options: readonly { value: T; label: string }[];
  onValue(value: T | ""): void;
}) {
  return (
    <select
      className="select select-auto"
      aria-label={props.label}
      value={props.value}
      onChange={(event) => props.onValue(event.target.value as T | "")}
    >
      <option value="">{props.any}</option>
      {props.options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

export function Switch({
  label,
  checked,
  onChecked,
}: {
  label: string;
  checked: boolean;
  onChecked(on: boolean): void;
}) {
  return (
    <label className="switch">
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        checked={checked}
        onChange={(event) => onChecked(event.target.checked)}
      />
      {label}
    </label>
  );
}

/** A few choices side by side, one of them taken. */
export function Segmented<T extends string>(props: {
  label: string;
  value: T | undefined;
  options: readonly { value: T; label: string }[];
  onValue(value: T): void;
}) {
  const name = useId();
  return (
    <div className="segmented" role="radiogroup" aria-label={props.label}>
      {props.options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            checked={props.value === option.value}
            onChange={() => props.onValue(option.value)}
          />
          {option.label}
        </label>
      ))}
    </div>
  );
}

function pick(notes: { hint: ReactNode; error: string | undefined; wide: boolean | undefined }) {
  return {
    ...(notes.hint === undefined ? {} : { hint: notes.hint }),
    ...(notes.error === undefined ? {} : { error: notes.error }),
    ...(notes.wide === undefined ? {} : { wide: notes.wide }),
  };
}
