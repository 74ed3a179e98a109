import { runService } from "@gigtrail/platform/run-service";
import { ingestService } from "./service.ts";

await runService(ingestService, process.env);
