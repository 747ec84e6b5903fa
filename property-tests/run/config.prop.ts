import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { comparisonConfig, resolveConfig } from '../../src/run/config.ts'
import { encodeManifest, manifestOf } from '../../src/run/manifest.ts'
import { extendRegistry } from '../../src/run/registry.ts'
import { least, problemsOf, registry, resolved, written } from './config-samples.ts'

const env = { kind: 'env', env: { id: 'Robot-v1' } }
const pm = { kind: 'bierl-pm' }

describe('resolving', () => {
  test('the least config gets every default', () => {
    expect(resolved(least)).toEqual({
      name: 'run',
      seed: 1,
      task: { kind: 'problem', problem: { id: 'bowl', options: { dimension: 3 } } },
      learner: {
        kind: 'vanilla-es',
        sigma: 0.05,
        learningRate: 0.02,
        popsize: 40,
        sampler: { kind: 'antithetic' },
        shaping: { kind: 'centred-ranks' },
        divisor: 'popsize',
        optimiser: { kind: 'sgd', momentum: 0, dampening: 0, nesterov: false },
        weightDecay: 0,
        gradientHistory: 0,
        evaluationEpisodes: 1,
        evaluation: { kind: 'episodes' },
        commonRandomNumbers: false,
        momentsEvery: 1,
      },
      outer: { kind: 'fixed', hyper: {} },
      budget: { envSteps: null, steps: 5 },
      backend: 'reference',
      checkpoint: { every: 10, keep: 3 },
      compare: [],
      modules: [],
    })
  })

  test('an environment gets its options and the policy of the paper', () => {
    expect(resolved(written({ task: env })).task).toEqual({
      kind: 'env',
      env: { id: 'Robot-v1', options: { healthyReward: 1, terminate: true, range: [-1, null], mode: 'fast' } },
      policy: { kind: 'gaussian', hidden: [64, 64], activation: 'tanh', outputActivation: 'linear', initialLogStd: -3.5, init: 'torch', action: 'raw' },
      normaliseObs: false,
      obsScaling: { clip: 5, varianceFloor: 0.01 },
    })
  })

  test('where actions are discrete a policy is categorical, unless the config says otherwise', () => {
    const kindOf = (id: string, learner: string, policy?: object): unknown =>
      resolved({ ...least, learner: { kind: learner }, task: { kind: 'env', env: { id }, ...(policy === undefined ? {} : { policy }) } }).task
    for (const learner of ['vanilla-es', 'a2c']) {
      expect(kindOf('Cart-v0', learner)).toMatchObject({ policy: { kind: 'categorical' } })
      expect(kindOf('Cart-v0', learner, { hidden: [8] })).toMatchObject({ policy: { kind: 'categorical', hidden: [8] } })
      expect(kindOf('Cart-v0', learner, { kind: 'deterministic' })).toMatchObject({ policy: { kind: 'deterministic' } })
      expect(kindOf('Robot-v1', learner)).toMatchObject({ policy: { kind: 'gaussian' } })
    }
  })

  test('a resolved config resolves to itself, and so does a manifest', () => {
    for (const outer of [{ kind: 'fixed' }, { kind: 'random' }, pm, { kind: 'bierl-npm' }, { kind: 'schedule', rows: [{ step: 0, hyper: { sigma: 0.1 } }] }]) {
      const config = resolved(written({ task: env, outer, compare: [{ label: 'fixed', outer: { kind: 'fixed' } }] }))
      expect(resolved(config)).toStrictEqual(config)
      const manifest = manifestOf({ config, codeVersion: '1', versions: {}, backend: registry.backends[0], createdBy: null })
      expect(resolved(JSON.parse(encodeManifest(manifest)))).toStrictEqual(config)
    }
  })

  test('what is tuned where nothing is said is what the learner names: sigma of an evolution strategy, the learning rate of a policy gradient', () => {
    const tuneOf = (learner: object, outer: object = { kind: 'random' }) => resolved(written({ task: env, learner, outer })).outer.tune
    expect(tuneOf({ kind: 'vanilla-es' })).toEqual({ sigma: { low: 0.02, high: 0.08, scale: 'linear' } })
    expect(tuneOf({ kind: 'ppo' })).toEqual({ learningRate: { low: 1e-5, high: 1e-3, scale: 'log' } })
    expect(tuneOf({ kind: 'ppo' }, { kind: 'random', tune: { clipEps: { low: 0.1, high: 0.5 } } })).toEqual({ clipEps: { low: 0.1, high: 0.5, scale: 'linear' } })
    expect(tuneOf({ kind: 'ppo' }, { kind: 'fixed' })).toBeUndefined()
    const compare = [{ label: 'a', outer: { kind: 'random' } }, { label: 'b', outer: { kind: 'random' }, learner: { kind: 'vanilla-es' } }]
    const both = resolved(written({ task: env, learner: { kind: 'a2c' }, compare })).compare.map(({ outer }) => Object.keys(outer.tune as object))
    expect(both).toEqual([['learningRate'], ['sigma']])
    const silent = { ...registry, learners: registry.learners.map(({ kind, title, paper, file, line, schema, problems, facts, build }) => ({ kind, title, paper, file, line, schema, problems, facts, build })) }
    expect(resolveConfig(written({ task: env, learner: { kind: 'ppo' }, outer: { kind: 'random' } }), silent)).toMatchObject({
      left: [{ path: 'outer.tune.sigma', hint: expect.stringContaining('tune') as string }],
    })
  })

  test('negative zero is written as zero, so that a manifest says what ran', () => {
    expect(Object.is(resolved(written({ learner: { kind: 'vanilla-es', weightDecay: -0 } })).learner.weightDecay, 0)).toBe(true)
  })

  test("names of the user's own module are known, and a taken name stays the first one's", () => {
    const own = { ...registry.envs[0], id: 'Mine-v1', options: { size: 2 } }
    const shadow = { ...registry.envs[1], options: { other: 1 } }
    const known = extendRegistry(registry, [{ envs: [own, shadow] }])
    const config = resolveConfig(written({ task: { kind: 'env', env: { id: 'Mine-v1' } } }), known)
    expect(config).toMatchObject({ right: { task: { env: { options: { size: 2 } } } } })
    expect(resolveConfig(written({ task: { kind: 'env', env: { id: 'Cart-v0' } } }), known)).toMatchObject({ right: { task: { env: { options: {} } } } })
  })

  test('a comparison is a run of its own with the same task, seed and budget', () => {
    const learner = { kind: 'vanilla-es', popsize: 10 }
    const config = resolved(
      written({
        name: 'x',
        seed: 'a',
        compare: [
          { label: 'low', outer: { kind: 'fixed', hyper: { sigma: 0.02 } } },
          { label: 'small', outer: { kind: 'fixed' }, learner },
        ],
      }),
    )
    const low = comparisonConfig(config, 0)
    expect(low).toEqual({ ...config, name: 'x-low', outer: { kind: 'fixed', hyper: { sigma: 0.02 } }, compare: [] })
    expect(comparisonConfig(config, 1).learner).toMatchObject({ popsize: 10 })
    expect(resolved(low)).toStrictEqual(low)
  })
})

describe('problems', () => {
  test.each<[string, object, string, string, string]>([
    ['a mistyped field', { sed: 1 }, 'sed', 'one of the names name, seed, task, learner', 'did you mean "seed"?'],
    ['a mistyped kind of learner', { learner: { kind: 'vanila-es' } }, 'learner.kind', '"vanilla-es"', 'did you mean "vanilla-es"?'],
    ['a mistyped outer level', { outer: { kind: 'bierl_pm' } }, 'outer.kind', 'one of "fixed", "schedule"', 'did you mean "bierl-pm"?'],
    ['a mistyped setting', { learner: { kind: 'vanilla-es', popSize: 4 } }, 'learner.popSize', 'one of the names kind, sigma', 'did you mean "popsize"?'],
    ['a mistyped environment', { task: { kind: 'env', env: { id: 'robot-v1' } } }, 'task.env.id', 'one of "Robot-v1", "Cart-v0"', 'did you mean "Robot-v1"?'],
    [
      'a mistyped option',
      { task: { kind: 'env', env: { id: 'Robot-v1', options: { healthyRewards: 2 } } } },
      'task.env.options.healthyRewards',
      'one of the names healthyReward',
      'did you mean "healthyReward"?',
    ],
    ['an option of another kind', { task: { kind: 'env', env: { id: 'Robot-v1', options: { terminate: 1 } } } }, 'task.env.options.terminate', 'true or false', ''],
    ['a mistyped choice', { task: { ...env, policy: { activation: 'tahn' } } }, 'task.policy.activation', 'one of "linear", "tanh"', 'did you mean "tanh"?'],
    ['a number in words', { learner: { kind: 'vanilla-es', popsize: 'many' } }, 'learner.popsize', 'an integer', 'candidates per generation'],
    ['a number with a separator', { learner: { kind: 'vanilla-es', popsize: '1_000' } }, 'learner.popsize', 'an integer', 'write 1000: with a separator'],
    ['a fraction', { learner: { kind: 'vanilla-es', popsize: 2.5 } }, 'learner.popsize', 'an integer', 'candidates per generation'],
    ['a number out of range', { learner: { kind: 'vanilla-es', sigma: 0 } }, 'learner.sigma', 'at least 1e-12', 'standard deviation'],
    ['no number', { learner: { kind: 'vanilla-es', sigma: NaN } }, 'learner.sigma', 'a number', ''],
    ['a bad entry of a list', { task: { ...env, policy: { hidden: [64, -1] } } }, 'task.policy.hidden.1', 'more than 0', ''],
    ['neither size nor constant', { learner: { kind: 'vanilla-es', divisor: 'n' } }, 'learner.divisor', '"popsize" or a number', 'did you mean "popsize"?'],
    ['a mistyped kind inside', { learner: { kind: 'vanilla-es', shaping: { kind: 'zscore' } } }, 'learner.shaping.kind', 'one of "raw", "z-score"', 'did you mean "z-score"?'],
    ['a missing task', { task: undefined }, 'task', 'a record of named values', ''],
    ['a missing kind', { learner: {} }, 'learner.kind', '"vanilla-es"', ''],
    ['no budget', { budget: {} }, 'budget', 'a limit', 'at least one of envSteps and steps'],
    ['a name that is no file name', { name: '../x' }, 'name', 'a name of letters', ''],
    ['an odd population in pairs', { learner: { kind: 'vanilla-es', popsize: 41 } }, 'learner.popsize', 'an even number', 'independent'],
    ['Nesterov without momentum', { learner: { kind: 'vanilla-es', optimiser: { kind: 'sgd', nesterov: true } } }, 'learner.optimiser.nesterov', 'false, or momentum', ''],
    ['an unknown value of fixed', { outer: { kind: 'fixed', hyper: { sigmma: 1 } } }, 'outer.hyper.sigmma', 'one of sigma, learningRate', 'did you mean "sigma"?'],
    ['a value outside the space', { outer: { kind: 'fixed', hyper: { sigma: -1 } } }, 'outer.hyper.sigma', 'a number from 1e-12 to 1000', ''],
    ['tuning an unknown name', { outer: { ...pm, tune: { sigm: { low: 1, high: 2 } } } }, 'outer.tune.sigm', 'one of sigma, learningRate', 'did you mean "sigma"?'],
    ['tuning nothing', { outer: { ...pm, tune: {} } }, 'outer.tune', 'a range for at least one', 'fixed'],
    ['an empty range', { outer: { ...pm, tune: { sigma: { low: 0.1, high: 0.1 } } } }, 'outer.tune.sigma.high', 'more than low = 0.1', ''],
    ['a range beyond the space', { outer: { ...pm, tune: { sigma: { low: 0.1, high: 2000 } } } }, 'outer.tune.sigma.high', 'at most 1000', 'ends there'],
    ['a logarithmic range from zero', { outer: { kind: 'random', tune: { learningRate: { low: 0, high: 1, scale: 'log' } } } }, 'outer.tune.learningRate.low', 'more than 0', ''],
    ['a mistyped bound', { outer: { ...pm, tune: { sigma: { low: 0.1, hihg: 1, high: 1 } } } }, 'outer.tune.sigma.hihg', 'one of the names low, high, scale', 'did you mean "high"?'],
    ['an odd meta population in pairs', { outer: { ...pm, metaPopsize: 5 } }, 'outer.metaPopsize', 'an even number', ''],
    ['mirrored episodes without pairs', { outer: { kind: 'bierl-npm', lookAhead: { kind: 'smoothed', episodes: 3, mirrored: true } } }, 'outer.lookAhead.episodes', 'an even number', ''],
    ['a score that cannot see what is tuned', { outer: { ...pm, tune: { learningRate: { low: 0.01, high: 0.1 } } } }, 'outer.lookAhead.kind', '"one-step"', 'learningRate'],
    ['a range of the process upside down', { outer: { kind: 'bierl-npm', search: { fit: { ranges: { lengthscale: [2, 1] } } } } }, 'outer.search.fit.ranges.lengthscale.1', 'at least 2', ''],
    ['a schedule without rows', { outer: { kind: 'schedule' } }, 'outer.rows', 'rows, or a file', ''],
    [
      'a schedule out of order',
      {
        outer: {
          kind: 'schedule',
          rows: [
            { step: 4, hyper: {} },
            { step: 4, hyper: {} },
          ],
        },
      },
      'outer.rows.1.step',
      'more than 4',
      '',
    ],
    ['a schedule outside the space', { outer: { kind: 'schedule', rows: [{ step: 0, hyper: { sigma: 1e9 } }] } }, 'outer.rows.0.hyper.sigma', 'a number from', ''],
    ['a problem in a comparison', { compare: [{ label: 'x', outer: { kind: 'fixed', hyper: { sigm: 1 } } }] }, 'compare.0.outer.hyper.sigm', 'one of', 'sigma'],
    [
      'a comparison with its own learner',
      { compare: [{ label: 'x', outer: { kind: 'fixed' }, learner: { kind: 'vanilla-es', popsize: 3 } }] },
      'compare.0.learner.popsize',
      'an even number',
      '',
    ],
    [
      'two comparisons of one name',
      {
        compare: [
          { label: 'x', outer: { kind: 'fixed' } },
          { label: 'x', outer: { kind: 'fixed' } },
        ],
      },
      'compare.1.label',
      'a label of its own',
      'compare.0',
    ],
    ['a broken network to start from', { outer: { ...pm, initialParameters: 'AAAA' } }, 'outer.initialParameters', 'base64 of', ''],
  ])('%s', (_, change, path, expected, hint) => {
    const problems = problemsOf(written(change))
    expect(problems.map((problem) => problem.path)).toEqual([path])
    const [problem] = problems
    expect(problem._tag).toBe('ConfigProblem')
    expect(problem.expected).toContain(expected)
    expect(problem.hint).toContain(hint)
    expect(problem.received).not.toBe('')
  })

  test('all problems are told at once, those across fields too, and none of a kind that was not chosen', () => {
    const problems = problemsOf({
      nam: 'x',
      task: { kind: 'env', env: { id: 'Robot-v2' } },
      learner: { kind: 'vanilla-es', popsize: 41, sigma: -1, shapping: { kind: 'raw' } },
      outer: { kind: 'bierl-pm', interval: 0, tune: { sigm: { low: 0, high: 1 } }, metaPopsize: 7 },
      budget: {},
      backend: 'gpu',
      compare: [{ label: 'x', outer: { kind: 'fixed', hyper: { sigma: 'y' } } }],
    })
    expect(problems.map(({ path }) => path).sort()).toEqual([
      'backend',
      'budget',
      'compare.0.outer.hyper.sigma',
      'learner.popsize',
      'learner.shapping',
      'learner.sigma',
      'nam',
      'outer.interval',
      'outer.metaPopsize',
      'outer.tune.sigm',
      'task.env.id',
    ])
  })

  test('an outer level that the learner cannot serve is told with what is missing', () => {
    const [entry] = registry.learners
    const blind = { ...entry, kind: 'blind', facts: (settings: never) => ({ ...entry.facts(settings), provides: [], probes: ['policy' as const] }) }
    const problems = problemsOf(written({ learner: { kind: 'blind' }, outer: pm }), { ...registry, learners: [...registry.learners, blind] })
    expect(problems.map(({ path, hint }) => [path, hint])).toEqual([
      ['outer.kind', "it needs the context 'population-fitness', and blind offers none"],
      ['outer.kind', "it needs the probe 'population', and blind offers policy"],
    ])
  })

  test('what is no config at all is refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const problems = problemsOf(value)
        expect(problems.length).toBeGreaterThan(0)
      }),
      { seed: 42, numRuns: 100 },
    )
  })

  test('names that reach a prototype are refused', () => {
    const problems = problemsOf(JSON.parse('{"outer":{"kind":"fixed","hyper":{"__proto__":{"sigma":1}}}}'))
    expect(problems).toMatchObject([{ path: 'outer.hyper.__proto__' }])
  })
})
