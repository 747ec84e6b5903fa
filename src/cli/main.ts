#!/usr/bin/env node
/**
 * The command line: parses arguments, runs one command, and is the only place where an invariant violation is caught.
 *
 * *Source:* none. *Deviations:* none.
 */
import { basename, relative } from 'node:path'
import { Command as Parser, CommanderError, InvalidArgumentError, Option } from 'commander'
import * as E from 'fp-ts/lib/Either.js'
import { InvariantError } from '../core/invariant.ts'
import { reasonOf } from '../shell/evaluator.ts'
import { check } from './check.ts'
import type { Context } from './context.ts'
import { doctor } from './doctor.ts'
import { adapt } from './adapt.ts'
import { evaluate } from './evaluate.ts'
import { EXIT, exitCodeHelp } from './failure.ts'
import type { Command } from './failure.ts'
import { list, schema } from './list.ts'
import { report } from './report.ts'
import { reproduce } from './reproduce.ts'
import { processTerminal } from './terminal.ts'
import { replay, resume, train } from './train.ts'
import { verify } from './verify.ts'
import { codeVersion } from './versions.ts'
import { defaultWorkers } from './workplace.ts'

const count = (least: number) => (text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < least) throw new InvalidArgumentError(`expected an integer of at least ${least}`)
  return value
}

const share = (text: string): number => {
  const value = Number(text)
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('expected a number above 0 and at most 1')
  return value
}

const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text]

const workersOption = (): Option => new Option('--workers <n>', 'worker threads; 0 computes in the main thread').argParser(count(0)).default(defaultWorkers(), 'the cores of this machine, at most 8')

/** The shortest way to name a path from here. */
const show = (path: string): string => {
  const short = relative(process.cwd(), path)
  return short === '' ? '.' : short.length < path.length ? short : path
}

/** How this program was called: by its name, or as a file for Node. */
const program = (): string => {
  const path = process.argv[1] ?? 'bilevel'
  return basename(path) === 'bilevel' ? 'npx bilevel' : `node ${show(path)}`
}

type Run = (command: Command) => Promise<void>

const parserOf = (context: Context, run: Run): Parser => {
  const parser = new Parser('bilevel')
    .description('Reinforcement learning in two levels: a learner improves a policy, an outer level changes how it learns.')
    .version(codeVersion)
    .addHelpText('after', exitCodeHelp)
    .exitOverride()
    .showHelpAfterError("('bilevel --help' shows what there is)")
    .configureOutput({ writeOut: (text) => context.terminal.print(text.trimEnd()), writeErr: (text) => context.terminal.note(text.trimEnd()) })

  parser
    .command('train <source>')
    .description('train a preset, a config (YAML) or the config of a manifest, in a new directory')
    .option('--seed <seed>', 'seed of the run (number or text)')
    .option('--out <dir>', 'directory of the run; by default a free one under runs/')
    .addOption(workersOption())
    .option('--set <path=value>', 'change one value of the config (YAML); may be repeated', collect, [])
    .option('--backend <name>', "which kernels compute ('bilevel list' names them); short for --set backend=<name>")
    .action((source: string, { seed, out, workers, set, backend }: { seed?: string; out?: string; workers: number; set: readonly string[]; backend?: string }) =>
      run(train(context, { source, changes: { seed: seed ?? null, set: backend === undefined ? set : [...set, `backend=${backend}`] }, out: out ?? null, workers })),
    )
  parser
    .command('resume <dir>')
    .description('continue an interrupted run, and its comparisons, bit for bit')
    .option('--previous', 'where the newest checkpoint is damaged, continue from the newest intact one', false)
    .addOption(workersOption())
    .action((directory: string, { previous, workers }: { previous: boolean; workers: number }) => run(resume(context, { directory, previous, workers })))
  parser
    .command('eval <dir>')
    .description('evaluate the policy of a run')
    .option('--episodes <n>', 'number of episodes', count(1), 100)
    .option('--seed <seed>', "seed of the episodes; by default the run's own")
    .option('--pictures <file>', 'the SVG file to write a strip of frames of the first episode to')
    .addOption(workersOption())
    .action((directory: string, { episodes, seed, pictures, workers }: { episodes: number; seed?: string; pictures?: string; workers: number }) =>
      run(evaluate(context, { directory, episodes, seed: seed ?? null, pictures: pictures ?? null, workers })),
    )
  parser
    .command('adapt <dir>')
    .description('adapt what a run has learnt to new tasks of its family, and tell the returns before and after every update')
    .option('--tasks <n>', 'number of tasks', count(2), 40)
    .option('--updates <n>', 'updates at each task; by default as many as the run makes', count(0))
    .option('--seed <seed>', "seed of the tasks; by default the run's own")
    .addOption(workersOption())
    .action((directory: string, { tasks, updates, seed, workers }: { tasks: number; updates?: number; seed?: string; workers: number }) =>
      run(adapt(context, { directory, tasks, updates: updates ?? null, seed: seed ?? null, workers })),
    )
  parser
    .command('report <dir...>')
    .description('draw one run, or several runs together')
    .option('--out <file>', 'the HTML file to write')
    .action((directories: readonly string[], { out }: { out?: string }) => run(report(context, { directories, out: out ?? null })))
  parser
    .command('verify <dir>')
    .description('run a run again in memory and compare event by event')
    .addOption(workersOption())
    .action((directory: string, { workers }: { workers: number }) => run(verify(context, { directory, workers })))
  parser
    .command('replay <dir>')
    .description('train with the schedule that a run recorded in place of its outer level')
    .option('--seed <seed>', "seed of the new run; by default the recorded run's")
    .option('--out <dir>', 'directory of the new run; by default a free one under runs/')
    .addOption(workersOption())
    .action((directory: string, { seed, out, workers }: { seed?: string; out?: string; workers: number }) =>
      run(replay(context, { directory, seed: seed ?? null, out: out ?? null, workers })),
    )
  parser
    .command('reproduce <study>')
    .description('run a figure or table of a paper (epgt-fig2, epgt-table1, epgt-table2, epgt-fig3, epgt-fig4), by default at a reduced size')
    .option('--arena <name>', 'one of its arenas only')
    .option('--budget <share>', "share of the paper's env steps, above 0 and at most 1", share)
    .option('--seeds <n>', 'seeds 1 to n of each arm', count(1))
    .option('--out <dir>', 'where the runs go; by default runs/reproduce')
    .option('--workers <n>', 'worker threads; 0 computes in the main thread, which suits many small runs', count(0), 0)
    .action((study: string, { arena, budget, seeds, out, workers }: { arena?: string; budget?: number; seeds?: number; out?: string; workers: number }) =>
      run(reproduce(context, { study, arena: arena ?? null, share: budget ?? null, seeds: seeds ?? null, out: out ?? null, workers })),
    )
  parser
    .command('check <module> [ids...]')
    .description("check a module's environments against the laws of environments")
    .option('--seed <seed>', 'seed of the episodes that are looked at', '1')
    .action((module: string, ids: readonly string[], { seed }: { seed: string }) => run(check(context, { module, ids, seed })))
  parser
    .command('doctor')
    .description('what this machine offers; checks every kernel of every backend and times it')
    .action(() => run(doctor(context)))
  parser
    .command('list')
    .description('learners, outer levels, environments, problems and presets')
    .option('--module <module>', 'a module of your own; may be repeated', collect, [])
    .action(({ module }: { module: readonly string[] }) => run(list(context, module)))
  parser
    .command('schema')
    .description('JSON Schema of a config, for editors')
    .option('--module <module>', 'a module of your own; may be repeated', collect, [])
    .action(({ module }: { module: readonly string[] }) => run(schema(context, module)))
  return parser
}

/** Tells of an error that is nobody's fault but ours, with what is needed to see it again. */
const explain = ({ position: { seed, step }, terminal }: Context, error: unknown): void => {
  const place = seed === null ? '' : ` (seed ${JSON.stringify(seed)}, step ${step})`
  const kind = error instanceof InvariantError ? 'internal contradiction' : 'unexpected error'
  terminal.note(`${kind}${place}: ${reasonOf(error)}\n${(error instanceof Error && error.stack) || ''}`)
}

/** Runs the command line `args` and answers its exit code. */
const main = async (args: readonly string[]): Promise<number> => {
  const context: Context = { terminal: processTerminal(), commandLine: args, program: program(), position: { seed: null, step: 0 }, show }
  process.on('uncaughtException', (error) => {
    explain(context, error)
    process.exit(EXIT.invariant)
  })
  let code: number = EXIT.ok
  const run: Run = async (command) => {
    const result = await command()
    if (E.isLeft(result)) context.terminal.note(`error: ${result.left.message}`)
    code = E.isLeft(result) ? result.left.code : result.right
  }
  try {
    await parserOf(context, run).parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    explain(context, error)
    return EXIT.invariant
  }
}

process.exitCode = await main(process.argv.slice(2))
if (process.exitCode === EXIT.invariant) process.exit() // workers may still hold the process
