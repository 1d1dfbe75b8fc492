import { IconButton } from "../components/button.tsx";
import { setTheme, type Theme, useTheme } from "../lib/theme.ts";

const next: Record<Theme, { theme: Theme; icon: "system" | "sun" | "moon"; label: string }> = {
  system: { theme: "light", icon: "system", label: "Theme: as the system. Switch to light" },
  light: { theme: "dark", icon: "sun", label: "Theme: light. Switch to dark" },
  dark: { theme: "system", icon: "moon", label: "Theme: dark. Follow the system" },
};

export function ThemeButton() {
  const { theme, icon, label } = next[useTheme()];
  return <IconButton icon={icon} label={label} onClick={() => setTheme(theme)} />;
}
