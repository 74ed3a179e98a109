import { pickStores } from "../dom/read-state.ts";
import { startRecorder } from "../dom/start-recorder.ts";

/** What the bundle puts into a page for the browser's driver to call. */
export interface RecorderInPage {
  startRecorder: typeof startRecorder;
  pickStores: typeof pickStores;
}

declare global {
  interface Window {
    gigtrailRecorder?: RecorderInPage;
  }
}

window.gigtrailRecorder = { startRecorder, pickStores };
