/**
 * The Web Worker of the package, `bilevel/browser/worker`: executes the jobs of a run whose parts the package brings, or that modules named
 * in its config bring.
 *
 * *Source:* house contract 4 (Evaluator). *Deviations:* none.
 */
import { openExecutor } from '../cli/registry.ts'
import type { SiteSetup } from '../cli/registry.ts'
import { serveWebWorker } from '../shell/web-worker-desk.ts'

serveWebWorker((setup) => openExecutor(setup as SiteSetup))
