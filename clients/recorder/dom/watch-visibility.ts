/** Tells whether the tab is in front, each time that changes. */
export function watchVisibility(onChange: (visible: boolean) => void): () => void {
  const tell = () => onChange(isVisible());
  document.addEventListener("visibilitychange", tell, { capture: true });
  return () => document.removeEventListener("visibilitychange", tell, { capture: true });
}

/** Whether the tab is in front now. */
export function isVisible(): boolean {
  return document.visibilityState === "visible";
}
