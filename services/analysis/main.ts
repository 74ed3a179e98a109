import { runService } from "@gigtrail/platform/run-service";
import { analysisService } from "./service.ts";

await runService(analysisService, process.env);
