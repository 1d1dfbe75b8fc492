import { isLive, presets, spanOf, type TimeRange } from "../lib/time-range.ts";
import { localTime } from "../lib/time-text.ts";
import { Button } from "./button.tsx";
import { Segmented } from "./field.tsx";

const choices = presets.map(({ from, label }) => ({ value: from as string, label }));

/** The last so-much of time, or the stretch that was zoomed into and the way back out. */
export function RangePicker({ range, onRange }: { range: TimeRange; onRange(range: TimeRange): void }) {
  const { fromMs, toMs } = spanOf(range, Date.now());
  return (
    <div className="row wrap">
      <Segmented
        label="Time range"
        value={isLive(range) ? range.from : undefined}
        options={choices}
        onValue={(from) => onRange({ from, to: "now" })}
      />
      {!isLive(range) && (
        <Button icon="zoomOut" look="ghost" onClick={() => onRange(wider(fromMs, toMs))}>
          {localTime(fromMs)} – {localTime(toMs)}
        </Button>
      )}
    </div>
  );
}

/** Three times as long around the same middle; never past the present. */
function wider(fromMs: number, toMs: number): TimeRange {
  const spanMs = toMs - fromMs;
  const to = toMs + spanMs;
  const from = String(fromMs - spanMs);
  return to >= Date.now()
    ? { from: `-${Math.ceil((Date.now() - Number(from)) / 60_000)}m`, to: "now" }
    : { from, to: String(to) };
}
