import { runService } from "@gigtrail/platform/run-service";
import { exportService } from "./service.ts";

await runService(exportService, process.env);
