import { runService } from "@gigtrail/platform/run-service";
import { authService } from "./service.ts";

await runService(authService, process.env);
