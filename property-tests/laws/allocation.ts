/**
 * What the steps of a fast path allocate, as the heap profiler sees it: no object, array, closure or string per step.
 *
 * The profiler is asked for every allocation, with the place and the size of each. Numbers that V8 boxes are told apart by their
 * size: whether it does depends on what it inlines, and a box is gone at once. Steps are watched in bursts, and the least burst counts,
 * because code that is not yet optimised allocates what it will not allocate later.
 *
 * *Source:* V8's sampling heap profiler (Chrome DevTools Protocol, `HeapProfiler.startSampling`), at a sampling interval of one byte.
 * *Deviations:* none.
 */
import { type HeapProfiler, Session } from 'node:inspector'
import type { Env, LiveEnv } from '../../src/core/env.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import { sample, sizeOf } from '../../src/core/space.ts'

/** A boxed number: one word for its map, one for its bits. All objects are larger. */
const boxBytes = 16

/** Per step: objects, and boxed numbers; and where objects come from, most of them first, as `function (file:line)`. */
export type Allocation = Readonly<{ objects: number; boxed: number; places: readonly string[] }>

/**
 * Counts the allocations of `work`, in code of which `counts` approves by the URL of its file. The profiler names a function that was
 * inlined by the one that it was inlined into, up to the caller of `work`; so everything counts that is not the profiler's own.
 */
const allocationsIn = (work: () => number, counts: (url: string) => boolean): Allocation => {
  const session = new Session()
  session.connect()
  let profile: HeapProfiler.SamplingHeapProfile | null = null
  const receive = (_: Error | null, answer: HeapProfiler.StopSamplingReturnType): void => {
    profile = answer.profile
  }
  session.post('HeapProfiler.startSampling', { samplingInterval: 1, includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true })
  const steps = work()
  session.post('HeapProfiler.stopSampling', receive)
  session.disconnect()
  const { head, samples } = profile as unknown as HeapProfiler.SamplingHeapProfile & { samples: readonly Readonly<{ size: number; nodeId: number }>[] }

  const places = new Map<number, string>()
  const visit = (node: HeapProfiler.SamplingHeapProfileNode & { id: number }, owner: string, place: string): void => {
    const { functionName, url, lineNumber } = node.callFrame
    // What built-in functions allocate belongs to their caller.
    const here = url === '' ? place : `${functionName} (${url.split('/').at(-1)}:${lineNumber + 1})`
    const file = url === '' ? owner : url
    if (file !== '' && !file.startsWith('node:') && counts(file)) places.set(node.id, here)
    for (const child of node.children) visit(child as typeof node, file, here)
  }
  visit(head as typeof head & { id: number }, '', '')

  const objectsAt = new Map<string, number>()
  let objects = 0
  let boxed = 0
  for (const { size, nodeId } of samples) {
    const place = places.get(nodeId)
    if (place === undefined) continue
    if (size <= boxBytes) boxed++
    else {
      objects++
      objectsAt.set(place, (objectsAt.get(place) ?? 0) + 1)
    }
  }
  const described = [...objectsAt].toSorted((a, b) => b[1] - a[1]).map(([place, n]) => `${place}: ${(n / steps).toFixed(2)}`)
  return { objects: objects / steps, boxed: boxed / steps, places: described }
}

/** `within` is the number of objects per step at which no further burst is needed; `isOurs` tells which files count. */
export type AllocationOptions = Readonly<{ steps: number; bursts: number; within: number; isOurs: (url: string) => boolean }>
export const everyFile: AllocationOptions = { steps: 300, bursts: 60, within: 0, isOurs: () => true }

/** The least allocation of several bursts of random steps on the fast path of `env`; resets are not counted. */
export const stepAllocation = (env: Env, options: Partial<AllocationOptions> = {}): Allocation => {
  const { steps, bursts, within, isOurs } = { ...everyFile, ...options }
  const { actionSpace, observationSpace } = env.spec
  const root = rootKey('allocation')
  const keys = Array.from({ length: 64 }, (_, i) => foldIn(root, i))
  const actions = keys.map((key) => sample(key, actionSpace))
  const obs = new Float64Array(sizeOf(observationSpace))
  const live: LiveEnv = env.live()
  let t = 0
  let resets = 0
  const run = (): number => {
    let taken = 0
    for (; taken < steps && !live.terminated && !live.truncated; taken++, t++) live.step(keys[t % 64], actions[t % 64], obs)
    return taken
  }
  let least: Allocation | null = null
  for (let burst = 0; burst < bursts; burst++) {
    // unwatched steps between the bursts let V8 optimise what it has seen
    for (let i = 0; i < steps; i++) {
      if (i === 0 || live.terminated || live.truncated) live.reset(foldIn(root, 1000 + resets++), obs)
      live.step(keys[i % 64], actions[i % 64], obs)
    }
    live.reset(foldIn(root, 1000 + resets++), obs)
    const seen = allocationsIn(run, isOurs)
    if (least === null || seen.objects < least.objects) least = seen
    if (least.objects <= within) break
  }
  return least ?? { objects: NaN, boxed: NaN, places: [] }
}
