/** Inside a page: the modes of gpu.js that only pages have, against the numbers of the reference; tells what came of each. */
import { openGpu } from '../../backends/gpu/index.ts'
import { agreesWithReference } from '../laws/compute.ts'

/** Of each kind of work one piece that is large enough to have more than one row of a texture; shaders take long to compile. */
const some = /^forward 8-8-8-8 .*batch 70|^(forward|pullback) 3-5-2 .*batch 70|^population of 70, 17-|^sum of 40|^distances 64|^matern52 64/

const verdicts: Record<string, string> = {}
for (const mode of ['webgl', 'webgl2', 'webgpu'] as const) {
  try {
    const backend = await openGpu({ mode })
    await agreesWithReference(backend, (label) => some.test(label))
    verdicts[mode] = `agrees, ${Object.keys(backend.device?.launches() ?? {}).length} programs`
    await backend.device?.close()
  } catch (error) {
    verdicts[mode] = String(error)
  }
}
await fetch('/message', { method: 'POST', body: JSON.stringify(verdicts) })
