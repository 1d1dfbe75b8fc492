/** The watch over the horizon. */
export function Brand({ size = 22 }: { size?: number }) {
  return (
    <svg className="brand-mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" fill="none">
      <path d="M5 21a11 11 0 0 1 22 0" className="brand-far" strokeWidth="3" strokeLinecap="round" />
      <path d="M11 21a5 5 0 0 1 10 0" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />
      <path d="M4 27h24" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />
      <circle cx="16" cy="21" r="1.8" fill="currentColor" />
    </svg>
  );
}
