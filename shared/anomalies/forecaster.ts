import { initSync, MSTL } from "@bsull/augurs/mstl";
import { forecastWasm } from "./forecast-wasm.ts";

initSync({ module: forecastWasm() });

export { MSTL };
