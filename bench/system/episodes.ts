/**
 * Runs HalfCheetah episodes from a given moment on for a given time, and prints the control steps per second.
 *
 *     node dist/bench/system/episodes.js 1767225600000 2000    # Unix time in milliseconds, duration in milliseconds
 *
 * Episodes before that moment warm up. Several such processes at once show what the machine itself gives.
 *
 * *Source:* none. *Deviations:* none.
 */
import { openExecutor } from '../../src/cli/registry.ts'
import { parcel } from '../../src/core/digest.ts'
import { invariant } from '../../src/core/invariant.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { esScaling } from '../../src/nn/normaliser.ts'
import { cheetahConfig, resolved } from './cheetah.ts'

const [startAt, durationMs] = process.argv.slice(2).map(Number)
const { task } = resolved(cheetahConfig(2, { kind: 'fixed' }, 1))
invariant(task.kind === 'env', 'the task of the bench is an environment')
const site = await openExecutor({ modules: [], tasks: [task], backend: 'simd' })
const key = rootKey('episodes')
const base = parcel(taskInfo(task, site.opened(task)).initial(foldIn(key, 0)))
let episodes = 0
const episode = async (): Promise<number> => {
  const { env, policy } = task
  const keyEpisode = foldIn(key, ++episodes)
  const outcome = await site.execute({ kind: 'episode', env, policy, base, noise: null, normaliser: null, scaling: esScaling, key: keyEpisode, collectMoments: false })
  return outcome.envSteps
}
while (Date.now() < startAt) await episode()
const start = performance.now()
let steps = 0
while (performance.now() - start < durationMs) steps += await episode()
const stepsPerSecond = (1000 * steps) / (performance.now() - start)
site.close()
process.stdout.write(JSON.stringify(stepsPerSecond))
