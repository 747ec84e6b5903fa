/**
 * The short runs, each by one, two and five workers, fresh and resumed, and once more on the reference backend: seven ways to one chained digest.
 *
 * A resumed run is stopped at half of its budget; its checkpoint goes through its bytes into a new training.
 *
 * *Source:* house rules 5 and 9. *Deviations:* none.
 */
import { openTraining } from '../../src/browser/training.ts'
import type { SiteSetup } from '../../src/cli/registry.ts'
import type { Task } from '../../src/core/job.ts'
import type { RunConfig } from '../../src/run/config.ts'
import { parseEvents } from '../../src/run/events.ts'
import type { EvaluatorHost } from '../../src/shell/evaluator.ts'
import type { MemoryRecord } from '../../src/shell/memory-recorder.ts'
import type { Subject } from './digest-chain.ts'
import { shortRuns } from './short-runs.ts'

/** Opens an evaluator on some workers of the engine. */
export type OpenPool = (workers: number, setup: SiteSetup) => EvaluatorHost

/** Hexadecimal digits of a chained digest that are kept: 64 bits. */
const digits = 16

const rightOf = <L, R>(either: Readonly<{ _tag: 'Left'; left: L }> | Readonly<{ _tag: 'Right'; right: R }>): R => {
  if (either._tag === 'Left') throw new Error(JSON.stringify(either.left))
  return either.right
}

/** Workers that run after run uses, until another number of them, or another backend, is asked for: starting them is most of a short run. */
type Pools = Readonly<{ host(workers: number, config: RunConfig): Promise<EvaluatorHost> }>

const unopened = (): EvaluatorHost => {
  throw new Error('this training is only asked for its config')
}

const poolsOf = (openPool: OpenPool): Pools => {
  let current: Readonly<{ name: string; host: EvaluatorHost }> | null = null
  const resolved = Promise.all(Object.values(shortRuns).map(async (input) => rightOf(await openTraining(input, { openHost: unopened })).config))
  const tasks = async (): Promise<readonly Task[]> => (await resolved).map(({ task }) => task)
  return {
    host: async (workers, { backend }) => {
      const name = `${workers} ${backend}`
      if (current?.name !== name) {
        await current?.host.close()
        current = { name, host: openPool(workers, { modules: [], tasks: await tasks(), backend }) }
      }
      return { ...current.host, close: async () => undefined } // lent, not given
    },
  }
}

/** The record of `input` after training until `share` of the budget is spent and no further, or to its end (1). */
const trained = async (pools: Pools, input: unknown, workers: number, from: MemoryRecord | null, share: number): Promise<MemoryRecord> => {
  const { config } = rightOf(await openTraining(input, { openHost: unopened }))
  const host = await pools.host(workers, config)
  const training = rightOf(await openTraining(input, { from, openHost: () => host }))
  const ended = rightOf(await training.train(({ fraction }) => share === 1 || fraction < share))
  const wanted = share < 1 ? 'interrupted' : 'done'
  if (ended !== wanted) throw new Error(`the training is ${ended} where it should be ${wanted}`)
  return training.record()
}

/** The chained digest after each event of a record, which must be whole. */
const chainOf = ({ events }: MemoryRecord): readonly string[] => {
  rightOf(parseEvents(new TextEncoder().encode(events)))
  const lines = events.trimEnd().split('\n')
  return lines.map((line) => (JSON.parse(line) as Readonly<{ chain: string }>).chain.slice(0, digits))
}

/** A way to make a run: by how many workers, in one go or resumed, on the default backend or on the reference. */
type Way = Readonly<{ workers: number; resumed: boolean; backend: string | null }>

const ways: readonly Way[] = [
  ...[1, 2, 5].flatMap((workers) => [false, true].map((resumed): Way => ({ workers, resumed, backend: null }))),
  { workers: 1, resumed: false, backend: 'reference' },
]

const groupOf = ({ workers, resumed, backend }: Way): string =>
  [workers, workers === 1 ? 'worker' : 'workers', ...(resumed ? ['resumed'] : []), ...(backend === null ? [] : ['on', backend])].join(' ')

/** The subjects, given the engine's way to open workers. */
export const runSubjects = (openPool: OpenPool): readonly Subject[] => {
  let pools: Pools | null = null
  const record = async (config: unknown, { workers, resumed }: Way): Promise<MemoryRecord> => {
    pools ??= poolsOf(openPool)
    const stopped = resumed ? await trained(pools, config, workers, null, 0.5) : null
    return trained(pools, config, workers, stopped, 1)
  }
  return ways.flatMap((way) =>
    Object.entries(shortRuns).map(
      ([name, config]): Subject => ({
        name,
        group: groupOf(way),
        golden: 'runs',
        part: { what: 'event', size: 1 },
        chain: async () => chainOf(await record(way.backend === null ? config : { ...config, backend: way.backend }, way)),
      }),
    ),
  )
}
