/**
 * What EPGT costs: its share of a PPO iteration, rollout included, on HalfCheetah with a 64-64 policy (320 updates per rollout).
 *
 * Every decision is greedy (ε is 0), so that every update reads the memory, and the memory is full: the state of a long run, in which
 * EPGT is dearest. Time inside the outer level's own functions is taken by a clock around each of them; jobs run in this thread.
 *
 * *Source:* house goal for the cost of EPGT. *Deviations:* none.
 */
import { openSimd } from '../../backends/simd/index.ts'
import { builtIn } from '../../src/cli/registry.ts'
import type { Json } from '../../src/core/env.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { experiment } from '../../src/experiment/compose.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { episodicMemory } from '../../src/memory/episodic-memory.ts'
import type { EpgtState } from '../../src/outer/epgt.ts'
import { learnerOf, outerOf } from '../../src/run/config.ts'
import type { AnyScheduler } from '../../src/run/registry.ts'
import { resolved } from './cheetah.ts'
import type { Section } from './figure.ts'
import { measured, untargeted } from './figure.ts'
import { meter } from './meter.ts'

type JsonRecord = Readonly<Record<string, Json>>

const CAPACITY = 10_000
const KEYS = 5

const grid: JsonRecord = {
  learningRate: { kind: 'around', levels: 2, scale: 1 },
  clipEps: { kind: 'declared' },
  gaeLambda: { kind: 'declared' },
  minibatches: { kind: 'values', values: [32] }, // the same number of updates on every rollout
}

/** A memory of `CAPACITY` rows, as full as it gets. */
const fullMemory = (actions: number, rules: JsonRecord): EpgtState['memory'] => {
  const memory = episodicMemory({ ...(rules as Omit<Parameters<typeof episodicMemory>[0], 'dimensions' | 'actions'>), dimensions: KEYS, actions })
  const key = rootKey('epgt bench')
  const experiences = Array.from({ length: CAPACITY }, (_, i) => ({ embedding: normals(foldIn(key, i), KEYS), action: i % actions, target: i % 7 }))
  return experiences.reduce((state, experience) => memory.write(state, [experience]), memory.empty())
}

/** Milliseconds of an iteration, and of those spent in EPGT: reading and choosing, remembering and learning. */
type Iteration = Readonly<{ wall: number; propose: number; observe: number }>

const iterations = async (outer: JsonRecord, count: number, warmUp: number): Promise<readonly Iteration[]> => {
  const config = resolved({
    name: 'bench',
    task: { kind: 'env', env: { id: 'HalfCheetah-v5' }, policy: { hidden: [64, 64], init: 'orthogonal' }, normaliseObs: true },
    learner: { kind: 'ppo' },
    outer,
    budget: { envSteps: 2048 * (count + warmUp) },
  })
  const backend = await openSimd()
  const site = await openSite({ envs: builtIn.envs, problems: builtIn.problems, backend }, [config.task])
  const learner = learnerOf(builtIn, config.learner)
  const level = outerOf(builtIn, config.outer)
  const sound = level.entry.build({ settings: level.settings, learner: learner.entry.facts(learner.settings), backend })
  const meters = { propose: meter(), observe: meter() }
  const rules = level.settings.memory as JsonRecord
  const scheduler: AnyScheduler = {
    ...sound,
    init: (key) => ({ ...(sound.init(key) as EpgtState), memory: fullMemory(3 * 5 * 5, rules) }),
    propose: (key, state, step, contexts) => meters.propose.run(() => sound.propose(key, state, step, contexts)),
    observe: (key, state, feedback) => meters.observe.run(() => sound.observe(key, state, feedback)),
    describe: (state) => meters.observe.run(() => sound.describe(state)),
  }
  const built = learner.entry.build({ settings: learner.settings, task: taskInfo(config.task, site.opened(config.task)), backend })
  const machine = experiment({ learner: built, scheduler, budget: config.budget })
  const laps: Iteration[] = []
  let state = machine.init(rootKey('epgt bench'))
  for (let lap = 0; lap < count + warmUp; lap++) {
    const before = { propose: meters.propose.spent(), observe: meters.observe.spent(), at: performance.now() }
    const outcomes = machine.jobs(state).map((job) => site.execute(job))
    const [next] = machine.absorb(state, outcomes)
    state = next
    const wall = performance.now() - before.at
    const [propose, observe] = [meters.propose.spent() - before.propose, meters.observe.spent() - before.observe]
    if (lap >= warmUp) laps.push({ wall, propose, observe })
  }
  site.close()
  return laps
}

const outerWith = (more: JsonRecord): JsonRecord => ({
  kind: 'epgt',
  grid,
  epsilon: { from: 0, to: 0, envSteps: 1 },
  memory: { capacity: CAPACITY },
  writeInterval: 20,
  ...more,
})

/** Measures `count` iterations in the default size, and some with the released autoencoder. */
export const epgtCost = async (count = 8): Promise<Section> => {
  const laps = await iterations(outerWith({ embedding: { kind: 'learned', probability: 1 } }), count, 2)
  const released = await iterations(
    outerWith({ embedding: { kind: 'learned', hidden: 'quarter', latent: 32, boundedCode: true, readout: 5, probability: 0 }, readInterval: 20 }),
    2,
    1,
  )
  const share = (part: (lap: Iteration) => number) => laps.map((lap) => part(lap) / lap.wall)
  return {
    title: 'EPGT on PPO',
    remarks: [
      'PPO on HalfCheetah, 64-64 policy and critic, 2048 env steps and 320 updates in an iteration, one thread, `simd` backend.',
      `Every update reads a memory of ${CAPACITY} rows; the autoencoder (32 hidden units) learns after every rollout, ten times as often as in a run.`,
    ],
    figures: [
      measured({ what: 'EPGT, share of an iteration', unit: 'share', rounds: share(({ propose, observe }) => propose + observe), target: { below: 0.25 } }),
      untargeted('of it: hyper-states, reads, choices', 'share', share(({ propose }) => propose)),
      untargeted('of it: writes and learning', 'share', share(({ observe }) => observe)),
      untargeted('one decision', 'ms', laps.map(({ propose }) => propose / 320)),
      untargeted('an iteration', 'ms', laps.map(({ wall }) => wall)),
      untargeted("one decision with the released autoencoder's size (1,621 hidden units and more)", 'ms', released.map(({ propose }) => propose / 16)),
    ],
  }
}
