/**
 * The system bench: speed, scaling and memory, each figure as a median with its range, next to its target.
 *
 *     npm run bench                                    # everything, written to bench/results/system.{json,md}
 *     node dist/bench/main.js --only workers,rollout   # some parts, printed only
 *
 * *Source:* house goals. *Deviations:* none.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { mujocoAgainstC } from './peers/mujoco-c.ts'
import { environmentSpeed } from './system/environments.ts'
import { epgtCost } from './system/epgt.ts'
import type { Section } from './system/figure.ts'
import { sectionText } from './system/figure.ts'
import { kernelTimes } from './system/kernels.ts'
import { describeMachine, machineLine } from './system/machine.ts'
import { memoryOfRun } from './system/memory.ts'
import { overheadShare } from './system/overhead.ts'
import { rolloutSpeed } from './system/rollout.ts'
import { scaling } from './system/scaling.ts'
import { startTimes } from './system/start.ts'
import { workerGain } from './system/workers.ts'

const results = 'bench/results'

const parts: Readonly<Record<string, () => Section | Promise<Section>>> = {
  rollout: () => rolloutSpeed(),
  environments: () => environmentSpeed(),
  'mujoco-c': () => mujocoAgainstC(),
  workers: () => workerGain(),
  overhead: () => overheadShare(),
  epgt: () => epgtCost(),
  memory: () => memoryOfRun(),
  start: () => startTimes(),
  growth: scaling,
  kernels: () => kernelTimes(),
}

const verdictText = (sections: readonly Section[]): string => {
  const withTarget = sections.flatMap(({ figures }) => figures).filter(({ met }) => met !== null)
  const missed = withTarget.filter(({ met }) => met === false).map(({ what }) => what)
  if (missed.length > 0) return `Missed ${missed.length} of ${withTarget.length} targets: ${missed.join('; ')}.`
  return withTarget.length === 0 ? 'No targets here.' : `All ${withTarget.length} targets are met.`
}

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const chosen = values.only === undefined ? Object.keys(parts) : values.only.split(',')
const unknown = chosen.filter((name) => !(name in parts))

if (unknown.length > 0) {
  process.stderr.write(`no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}\n`)
  process.exitCode = 2
} else {
  const machine = describeMachine()
  process.stdout.write(`${machineLine(machine)}\n\n`)
  const sections: Section[] = []
  for (const name of chosen) {
    const { load } = describeMachine()
    const part = await parts[name]()
    const section = { ...part, remarks: [...part.remarks, `Load when this part began: ${load}.`] }
    sections.push(section)
    process.stdout.write(`${sectionText(section)}\n`)
  }
  const verdict = verdictText(sections)
  process.stdout.write(`${verdict}\n`)
  if (values.only === undefined) {
    const head = [
      '# System bench',
      '',
      'Made by `npm run bench`. Medians over rounds; a verdict is the median against its target.',
      'Ratios are taken side by side in one run, round by round.',
      '',
      machineLine(machine),
      '',
      verdict,
      '',
    ]
    mkdirSync(results, { recursive: true })
    writeFileSync(join(results, 'system.md'), [...head, ...sections.map(sectionText)].join('\n'))
    writeFileSync(join(results, 'system.json'), `${JSON.stringify({ command: 'npm run bench', machine, verdict, sections }, null, 1)}\n`)
  }
}
