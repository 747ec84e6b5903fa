/**
 * The benches: speed, scaling and memory, each figure as a median with its range, next to its target.
 *
 *     npm run bench                                    # everything: bench/results/<group>.json and BENCHMARKS.md
 *     npm run bench -- --group system                  # one group anew, the others as they were kept
 *     npm run bench -- --page                          # BENCHMARKS.md from what was kept
 *     node dist/bench/main.js --only workers,rollout   # some parts, printed only
 *
 * Every part runs in a process of its own: what an engine has compiled for one slows down the next.
 *
 * Peers are programs of others that are there only for the bench (`bench/peers/README.md` tells how to install them).
 *
 * *Source:* house goals. *Deviations:* none.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { benchmarksText, type GroupResult, verdictText } from './benchmarks-text.ts'
import { gpuInNode, gpuInPage } from './gpu/gpu-times.ts'
import { kernelsAlone } from './micro/kernels.ts'
import { controlStep, esGeneration } from './peers/end-to-end.ts'
import { kernelsAgainstPeers } from './peers/kernel-peers.ts'
import { landerAgainstNative } from './peers/lander-native.ts'
import { mujocoAgainstC } from './peers/mujoco-c.ts'
import { environmentSpeed } from './system/environments.ts'
import { epgtCost } from './system/epgt.ts'
import type { Section } from './system/figure.ts'
import { sectionText } from './system/figure.ts'
import { describeMachine, type Machine, machineLine } from './system/machine.ts'
import { memoryOfRun } from './system/memory.ts'
import { overheadShare } from './system/overhead.ts'
import { policyGradientCost } from './system/policy-gradients.ts'
import { rolloutSpeed } from './system/rollout.ts'
import { scaling } from './system/scaling.ts'
import { startTimes } from './system/start.ts'
import { workerGain } from './system/workers.ts'

const results = 'bench/results'

type Parts = Readonly<Record<string, () => Section | Promise<Section>>>

/** Groups are kept apart, so that one can be measured anew by itself. */
const groups: Readonly<Record<string, Readonly<{ title: string; parts: Parts }>>> = {
  system: {
    title: 'The system',
    parts: {
      rollout: () => rolloutSpeed(),
      environments: () => environmentSpeed(),
      workers: () => workerGain(),
      overhead: () => overheadShare(),
      'policy-gradients': () => policyGradientCost(),
      epgt: () => epgtCost(),
      memory: () => memoryOfRun(),
      start: () => startTimes(),
      growth: scaling,
    },
  },
  micro: {
    title: 'Kernels',
    parts: { kernels: () => kernelsAlone() },
  },
  gpu: {
    title: 'gpu.js beside simd',
    parts: { 'gpu-node': () => gpuInNode(), 'gpu-page': () => gpuInPage() },
  },
  peers: {
    title: 'Against others',
    parts: {
      'mujoco-c': () => mujocoAgainstC(),
      'lander-native': () => landerAgainstNative(),
      libraries: () => kernelsAgainstPeers(),
      'control-step': () => controlStep(),
      generation: () => esGeneration(),
    },
  },
}

const fileOf = (group: string): string => join(results, `${group}.json`)

/** Runs a part in this process, prints it and writes it to `path` as JSON. */
const runPart = async (part: Parts[string], path: string): Promise<void> => {
  const { load } = describeMachine()
  const made = await part()
  const section: Section = { ...made, remarks: [...made.remarks, `Load when this part began: ${load}.`] }
  process.stdout.write(`${sectionText(section)}\n`)
  writeFileSync(path, JSON.stringify(section))
}

/** Runs parts one after the other. One that fails ends the bench. */
const run = (names: readonly string[]): readonly Section[] => {
  const folder = mkdtempSync(join(tmpdir(), 'bilevel-bench-'))
  try {
    return names.map((name) => {
      const path = join(folder, `${name}.json`)
      const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--part', name, '--into', path], { stdio: 'inherit' })
      if (status !== 0) throw new Error(`part ${name} ended with ${status}`)
      return JSON.parse(readFileSync(path, 'utf8')) as Section
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What was kept of all groups, in their order. */
const kept = (): readonly GroupResult[] =>
  Object.keys(groups).flatMap((group) => (existsSync(fileOf(group)) ? [JSON.parse(readFileSync(fileOf(group), 'utf8')) as GroupResult] : []))

const writePage = (): void => writeFileSync('BENCHMARKS.md', benchmarksText(kept()))

/** The sections of a group, or of parts that belong to none. */
const resultOf = (group: string, machine: Machine, sections: readonly Section[]): GroupResult =>
  ({ group, title: groups[group]?.title ?? group, command: `npm run bench -- --group ${group}`, machine, sections })

/** The names in a comma-separated list, or null with a complaint where one is unknown. */
const chosenFrom = (what: string, list: string, known: readonly string[]): readonly string[] | null => {
  const names = list.split(',')
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length === 0) return names
  process.stderr.write(`no ${what} ${unknown.join(', ')}; there are ${known.join(', ')}\n`)
  process.exitCode = 2
  return null
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    group: { type: 'string' },
    page: { type: 'boolean', default: false },
    part: { type: 'string' }, // how the bench calls itself
    into: { type: 'string' },
  },
})
const allParts: Parts = Object.assign({}, ...Object.values(groups).map(({ parts }) => parts))

if (values.page) writePage()
else if (values.part !== undefined && values.into !== undefined) await runPart(allParts[values.part], values.into)
else if (values.only !== undefined) {
  const names = chosenFrom('part', values.only, Object.keys(allParts))
  if (names !== null) {
    const machine = describeMachine()
    process.stdout.write(`${machineLine(machine)}\n\n`)
    process.stdout.write(`${verdictText([resultOf('', machine, run(names))])}\n`)
  }
} else {
  const names = chosenFrom('group', values.group ?? Object.keys(groups).join(','), Object.keys(groups))
  for (const group of names ?? []) {
    const machine = describeMachine()
    process.stdout.write(`${machineLine(machine)}\n\n`)
    const result = resultOf(group, machine, run(Object.keys(groups[group].parts)))
    mkdirSync(results, { recursive: true })
    writeFileSync(fileOf(group), `${JSON.stringify(result, null, 1)}\n`)
    writePage()
    process.stdout.write(`${verdictText([result])}\n`)
  }
}
