import { type Tone, ToneMark } from "../../components/marks.tsx";
import type { HealthState } from "./judge.ts";

const looks: Record<HealthState, { word: string; tone: Tone; filled: number }> = {
  parked: { word: "Gave up", tone: "critical", filled: 1 },
  failing: { word: "Failing", tone: "critical", filled: 0.75 },
  backlog: { word: "Backlog", tone: "warning", filled: 0.5 },
  unsteady: { word: "Some fail", tone: "warning", filled: 0.25 },
  working: { word: "Working", tone: "good", filled: 1 },
  quiet: { word: "Quiet", tone: "calm", filled: 0 },
};

export function HealthMark({ state }: { state: HealthState }) {
  const { word, tone, filled } = looks[state];
  return (
    <ToneMark tone={tone} filled={filled}>
      {word}
    </ToneMark>
  );
}
