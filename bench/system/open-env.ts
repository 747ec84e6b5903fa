/**
 * Opens an environment three times and prints the milliseconds of each as JSON; the first includes loading its engine.
 *
 *     node dist/bench/system/open-env.js HalfCheetah-v5
 *
 * *Source:* none. *Deviations:* none.
 */
import { envEntries } from '../../envs/index.ts'
import { invariant } from '../../src/core/invariant.ts'

const entry = envEntries.find(({ id }) => id === process.argv[2])
invariant(entry !== undefined, `no environment '${process.argv[2]}'`)
const times: number[] = []
for (let i = 0; i < 3; i++) {
  const start = performance.now()
  const env = await entry.open({})
  env.live()
  times.push(performance.now() - start)
  env.close()
}
process.stdout.write(JSON.stringify(times))
