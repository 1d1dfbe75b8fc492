import { Component, type ReactNode } from "react";
import { Failed } from "../components/states.tsx";

/** A page that fails to draw shows so in its place; the navigation stays, and going elsewhere clears it. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown; path: string }> {
  override state = { error: undefined as unknown, path: "" };

  static getDerivedStateFromError(error: unknown) {
    return { error, path: location.pathname };
  }

  override render() {
    const failedHere = this.state.error !== undefined && this.state.path === location.pathname;
    if (!failedHere) return this.props.children;
    return <Failed error={this.state.error} retry={() => location.reload()} />;
  }
}
