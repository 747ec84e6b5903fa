/**
 * The public surface: what a program composes from. Everything here is pure and runs in Node and in a page alike; files,
 * threads and commands are reached through the command line. Environments come from `bilevel/envs`, backends from
 * `bilevel/backends/...`.
 *
 * *Source:* house layout. *Deviations:* none.
 */
// vocabulary
export type { Key } from './core/key.ts'
export { decodeKey, encodeKey, fillNormals, fillUniforms, foldIn, integer, normal, normals, permutation, rootKey, split, uniform, uniforms } from './core/rng.ts'
export type { Activation, Backend, BackendEntry, Compute, Device, Kernels, Launches, ResidentPopulation, Tolerances } from './core/backend.ts'
export type { Env, EnvEntry, EnvRef, EnvSpec, Info, Json, LiveEnv, Quantity, Step, WrapperRef } from './core/env.ts'
export type { Bounds, Picture, Point, Ruler, Shape, Tone, View } from './core/picture.ts'
export type { Box, Discrete, Space } from './core/space.ts'
export { box, contains, discrete, sample, sizeOf, uniformBox } from './core/space.ts'
export { spaceFromJson, spaceToJson } from './core/space-json.ts'
export type { HyperParameter, HyperRecord, HyperSpace, TunedDimension, Tuning } from './core/hyper.ts'
export { fromUnit, hyperAt, outside, toUnit } from './core/hyper.ts'
export type {
  Candidate, ComputeJob, CovarianceJob, DistancesJob, EpisodeJob, EpisodeOutcome, GradientJob, GradientOutcome, Job, LockstepJob, LockstepOutcome, NoiseSumJob,
  NumbersOutcome, Outcome, Parcel, Perturbation, PolicySpec, ProblemJob, ProblemOutcome, ProblemRef, Task,
} from './core/job.ts'
export type { Later } from './core/later.ts'
export type { PolicyLoss } from './core/policy-loss.ts'
export { envStepsOf } from './core/job.ts'
export type { ContextPart, Learner, Metrics, Probe, StepReport } from './core/learner.ts'
export type { Problem, ProblemEntry } from './core/problem.ts'
export type { TaskFamily, TaskValue } from './core/task-family.ts'
export { entryFamily } from './core/task-family.ts'
export type { FitnessRequest, TaskInfo } from './core/task.ts'
export { fitnessJob, lockstepJobs } from './core/task.ts'
export { addObservation, emptyMoments, mergeMoments } from './core/moments.ts'
export { InvariantError, invariant } from './core/invariant.ts'
export { canonicalFloat64Bytes, parcel, sha256Hex } from './core/digest.ts'
export type { Tensor } from './core/tensor.ts'
export { fromRows, matrix, packed, rows, vector } from './core/tensor.ts'

// deterministic mathematics, linear algebra, statistics
export * as dmath from './core/dmath.ts'
export type { Factor, JitterPolicy, NotPositiveDefinite } from './core/linalg.ts'
export { choleskyWithJitter, defaultJitter, inverseFromFactor, logDeterminant, solveFactored, solveLower, solveLowerTransposed } from './core/linalg.ts'
export type { Eigen } from './core/eigen.ts'
export { symmetricEigen } from './core/eigen.ts'
export type { BootstrapOptions, Interval, RunIndices, Scores } from './core/stats.ts'
export {
  cohensD,
  defaultBootstrap,
  improvement,
  iqm,
  mean,
  median,
  optimalityGap,
  performanceProfile,
  probabilityOfImprovement,
  quantile,
  std,
  stratifiedBootstrap,
  trimmedMean,
  variance,
} from './core/stats.ts'

// environments of one's own
export type { CheckEnvOptions, Finding } from './core/check-env.ts'
export { checkEnv, checkEnvDefaults } from './core/check-env.ts'
export type { EnvOptions } from './core/env-options.ts'
export { resolveOptions } from './core/env-options.ts'
export type { InPlaceEnvParts, Verdict as StepVerdict } from './core/in-place-env.ts'
export { inPlaceEnv } from './core/in-place-env.ts'
export type { PureEnvParts } from './core/pure-env.ts'
export { pureEnv, vectorCodec } from './core/pure-env.ts'
export type { SimulatedEnvParts, Simulator } from './core/simulated-env.ts'
export { simulatedEnv } from './core/simulated-env.ts'
export type { Passing, WrappedEnv, WrappedLive, WrappedState, WrapperFace, WrapperParts } from './core/wrapped-env.ts'
export { wrappedEnv } from './core/wrapped-env.ts'
export type { EnvSources, WrapperEntry } from './core/wrapper.ts'
export { defineWrapper, openEnv } from './core/wrapper.ts'
export type { Refusal } from './core/rejection.ts'
export { refusal } from './core/rejection.ts'
export type { VectorEnv } from './core/vector-env.ts'
export { vectorise } from './core/vector-env.ts'

// pictures
export type { Film, Frame } from './core/film.ts'
export { windowAround } from './core/picture-frame.ts'
export type { FilmedRun } from './plot/film-strip.ts'
export { filmStrip } from './plot/film-strip.ts'
export type { PictureCell, PictureGrid } from './plot/picture-svg.ts'
export { pictureSheet, pictureSvg } from './plot/picture-svg.ts'
export { filmEpisode } from './rl/film.ts'

// networks
export type { Layout, LayoutEntry } from './nn/layout.ts'
export { layoutOf, layoutSize } from './nn/layout.ts'
export type { LinearInit } from './nn/init.ts'
export { initLinear, initLstm } from './nn/init.ts'
export type { Mlp, MlpGradients, MlpSpec } from './nn/mlp.ts'
export { initMlp, mlp, mlpLayout } from './nn/mlp.ts'
export type { Lstm, LstmGradients, LstmSpec, LstmState, LstmTrace } from './nn/lstm.ts'
export { lstm, lstmLayout, zeroLstmState } from './nn/lstm.ts'
export type { MetaAnswer, MetaNetwork, MetaNetworkSpec } from './nn/meta-network.ts'
export { initMetaNetwork, metaNetwork, metaNetworkLayout } from './nn/meta-network.ts'
export type { CompiledPolicy } from './nn/policy.ts'
export { compilePolicy, initPolicy, policyLayout, policyParameterCount } from './nn/policy.ts'
export { applyNormaliser } from './nn/normaliser.ts'
export type { ActionDistribution, HeadBatch, HeadGradient } from './nn/action-distribution.ts'
export { actionDistribution } from './nn/action-distribution.ts'
export type { ActionCritic, ActionCriticGradients, ActionCriticPass, ActionCriticSpec } from './nn/action-critic.ts'
export { actionCritic, initActionCritic } from './nn/action-critic.ts'
export type { ResidentEncoder, Vae, VaeAnswer, VaeBatch, VaeSpec } from './nn/vae.ts'
export { initVae, releasedVae, vae } from './nn/vae.ts'
export { addSquashedActionGradient, addSquashedLogProbGradient, addSquashedScore, squashedLogProb, squashedSample } from './nn/squashed-gaussian.ts'

// optimisers
export type { Optimiser, OptimiserState } from './optim/optimiser.ts'
export type { OptimiserChoice } from './optim/choice.ts'
export { optimiserOf } from './optim/choice.ts'
export { clipGlobalNorm } from './optim/clip.ts'
export type { Kfac, KfacBasis, KfacFactors, KfacHyper, KfacLayer, KfacSignal, KfacSpec, KfacState, KfacStep } from './optim/kfac.ts'
export { kfac, kfacDefaults } from './optim/kfac.ts'
export type { ScheduleChoice } from './optim/schedules.ts'
export { scheduleOf } from './optim/schedules.ts'

// Bayesian optimisation
export type { GaussianProcess, GpData, GpFailure, GpGradient, GpHyper, GpModel } from './bo/gp.ts'
export { gaussianProcess, logMarginalLikelihood } from './bo/gp.ts'
export type { GpFitSettings, GpRanges } from './bo/gp-fit.ts'
export { fitGp, unitRanges } from './bo/gp-fit.ts'
export type { KernelHyper, KernelName } from './bo/kernels.ts'
export type { Acquisition, AcquisitionValue } from './bo/acquisition.ts'
export { acquire, expectedImprovement, improvementProbability, logExpectedImprovement, upperConfidenceBound } from './bo/acquisition.ts'
export type { BayesOpt, BayesOptSettings, BayesOptState } from './bo/bayes-opt.ts'
export { authorsBayesOpt, bayesOpt, defaultBayesOpt } from './bo/bayes-opt.ts'

// evolution strategies
export type { EsContext } from './es/context.ts'
export type { EsLearnerOptions, EsLearnerState } from './es/es-learner.ts'
export { esLearner } from './es/es-learner.ts'
export type { Divisor, Sampler } from './es/sampling.ts'
export { candidateOf, perturbationOf, searchGradient } from './es/sampling.ts'
export type { Shaping } from './es/shaping.ts'
export { centredRanks, nesUtilities, shape, zScore } from './es/shaping.ts'
export type { Batch, EsHyper, Evaluation, Strategy, StrategyClaims, UpdateReport } from './es/strategy.ts'
export { esHyperSpace } from './es/strategy.ts'
export type { VanillaEsOptions, VanillaEsState } from './es/vanilla-es.ts'
export { bierlCodeVanillaEs, vanillaEs, vanillaEsDefaults, vanillaEsStrategy } from './es/vanilla-es.ts'
export type { Baseline, DistributionGradient, WeightDistribution, WorkerDraws } from './es/weight-distribution.ts'
export { advantagesOf, distributionGradient, drawOf, naturalGradient, sigmaOf } from './es/weight-distribution.ts'
export type { EpisodeOptions } from './rl/episode.ts'
export { runEpisode } from './rl/episode.ts'

// policy gradients
export type { ActorCritic, ActorCriticSpec, ActorCriticWorkspace, CriticSpec, InitGains } from './nn/actor-critic.ts'
export { actorCriticLayout, actorCriticProblems, compileActorCritic, initActorCritic, releasedGains } from './nn/actor-critic.ts'
export type { Transitions } from './rl/returns.ts'
export { discountedReturns, gae, nStepReturns } from './rl/returns.ts'
export type { AdvantageScaling, Minibatch } from './rl/minibatch.ts'
export { normaliseAdvantages, takeRows } from './rl/minibatch.ts'
export type { EntropyReduction } from './rl/loss-scratch.ts'
export type { PpoLoss, PpoLossParts, PpoLossSettings } from './rl/ppo-loss.ts'
export { ppoLoss } from './rl/ppo-loss.ts'
export type { A2cLoss, A2cLossParts, A2cLossSettings } from './rl/a2c-loss.ts'
export { a2cLoss } from './rl/a2c-loss.ts'
export { fisherLayers, fisherSignals } from './rl/fisher.ts'
export type { DdpgContext, DdpgHyper, DdpgSettings, DdpgState } from './rl/ddpg.ts'
export { ddpg, ddpgDefaults, ddpgHyperDefaults, ddpgHyperSpace } from './rl/ddpg.ts'
export type { DdpgLoss, DdpgNets, ReplayBatch } from './rl/ddpg-loss.ts'
export { ddpgActorLoss, ddpgCriticLoss, ddpgTargets, softUpdate } from './rl/ddpg-loss.ts'
export { emptySlot, runRollout } from './rl/rollout.ts'
export type { HeldBatch, OffPolicyValue, PolicyGradientContext, RolloutSummary } from './rl/context.ts'
export type { ReturnHyper, Update, UpdateRule } from './rl/update-rule.ts'
export type { OnPolicySettings, OnPolicyState } from './rl/on-policy-state.ts'
export type { OnPolicyParts } from './rl/on-policy.ts'
export { onPolicy } from './rl/on-policy.ts'
export type { A2cHyper, A2cSettings } from './rl/a2c.ts'
export { a2c, a2cDefaults, a2cHyperDefaults, a2cHyperSpace } from './rl/a2c.ts'
export type { AcktrHyper, AcktrOptimiser, AcktrSettings } from './rl/acktr.ts'
export { acktr, acktrDefaults, acktrHyperDefaults, acktrHyperSpace } from './rl/acktr.ts'
export type { PpoHyper, PpoSettings } from './rl/ppo.ts'
export { ppo, ppoDefaults, ppoHyperDefaults, ppoHyperSpace } from './rl/ppo.ts'

// memories
export type { ChunkedRows } from './memory/chunked-rows.ts'
export { appendRow, dropOldest, emptyRows, flatRows, rowAt, setRow } from './memory/chunked-rows.ts'
export type { GroupedNeighbours, Neighbours } from './memory/knn.ts'
export { nearest, nearestByGroup, nearestInGroup } from './memory/knn.ts'
export type { EpisodicMemory, EpisodicMemoryState, Experience, Recall } from './memory/episodic-memory.ts'
export { episodicMemory } from './memory/episodic-memory.ts'
export type { EpisodicMemorySpec } from './memory/memory-rules.ts'
export { codeMemory, episodicMemoryProblems, paperMemory } from './memory/memory-rules.ts'
export { novelty } from './memory/novelty-archive.ts'
export type { PrincipalPlane } from './memory/principal-plane.ts'
export { principalPlane } from './memory/principal-plane.ts'

// outer levels
export type { Feedback, MemberChange, MemberFeedback, Proposal, Scheduler, Trial, TrialScore } from './outer/scheduler.ts'
export type { FixedOptions } from './outer/fixed.ts'
export { fixed } from './outer/fixed.ts'
export type { ScheduleOptions, ScheduleRow } from './outer/schedule.ts'
export { schedule } from './outer/schedule.ts'
export type { RandomOptions } from './outer/random.ts'
export { random } from './outer/random.ts'
export type { BierlPmOptions, BierlPmSettings, BierlPmState } from './outer/bierl-pm.ts'
export { bierlPm, bierlPmCode, bierlPmDefaults, bierlPmPaper } from './outer/bierl-pm.ts'
export type { BierlNpmOptions, BierlNpmSettings, BierlNpmState } from './outer/bierl-npm.ts'
export { bierlNpm, bierlNpmCode, bierlNpmDefaults, bierlNpmPaper } from './outer/bierl-npm.ts'

export type { HyperState, HyperStateSpec } from './outer/hyper-state.ts'
export { hyperState, initProjection, projectionLayout } from './outer/hyper-state.ts'
export type { ContextEncoder, ContextEncoderParameters, ContextEncoderSpec, EncoderAnswer, EncoderNoise, HyperInput } from './outer/context-encoder.ts'
export { contextEncoder } from './outer/context-encoder.ts'
export type { EpgtContext, EpgtOptions, EpgtState } from './outer/epgt.ts'
export { epgt } from './outer/epgt.ts'
export type { EpgtEmbedding, EpgtMemory, EpgtSettings } from './outer/epgt-settings.ts'
export { epgtCode, epgtDefaults, epgtPaper, epgtProblems } from './outer/epgt-settings.ts'
export type { AxisLevels, GridAxes, HyperGrid, HyperGridOptions } from './outer/hyper-grid.ts'
export { hyperGrid } from './outer/hyper-grid.ts'
export type { Cadence, HyperReward, WatchedContext } from './outer/hyper-steps.ts'
export type { Moment, Ramp, RunClock } from './outer/run-clock.ts'
export type { AnnealOptions, AnnealState } from './outer/anneal.ts'
export { anneal } from './outer/anneal.ts'
export type { RandomGridOptions, RandomGridState } from './outer/random-grid.ts'
export { randomGrid } from './outer/random-grid.ts'
export type { BanditOptions, BanditSettings, BanditState } from './outer/bandit.ts'
export { bandit, banditDefaults } from './outer/bandit.ts'
export type { HoofOptions, HoofSettings, HoofState } from './outer/hoof.ts'
export { hoof, hoofDefaults } from './outer/hoof.ts'
export type { TmgOptions, TmgSettings, TmgState } from './outer/tmg.ts'
export { tmg, tmgDefaults } from './outer/tmg.ts'
export type { DqnOptions, DqnSettings, DqnState } from './outer/dqn.ts'
export { dqn, dqnDefaults } from './outer/dqn.ts'
export type { PopulationSettings } from './outer/population.ts'
export type { Mutable, PbtOptions, PbtSettings, PbtState } from './outer/pbt.ts'
export { pbt, pbtDefaults } from './outer/pbt.ts'
export type { Pb2Options, Pb2Settings, Pb2State } from './outer/pb2.ts'
export { pb2, pb2Defaults } from './outer/pb2.ts'

// experiments
export type { DoneEvent, Experiment, ExperimentEvent, MembersEvent, ProbeEvent, Spent, StepEvent } from './experiment/experiment.ts'
export type { Budget, ExperimentOptions, ExperimentState } from './experiment/compose.ts'
export { experiment } from './experiment/compose.ts'
export type { Site, SiteSources } from './experiment/executor.ts'
export { openSite } from './experiment/executor.ts'
export type { Opened } from './experiment/task.ts'
export { taskInfo } from './experiment/task.ts'

// records, and entries for one's own methods in configs
export type { Plain } from './run/plain-data.ts'
export { pack, unpack } from './run/plain-data.ts'
export type { Checkpoint } from './run/checkpoint.ts'
export { decodeCheckpoint, encodeCheckpoint } from './run/checkpoint.ts'
export type { EventLog, EventsMark } from './run/events.ts'
export { eventLines, firstDifference, parseEvents, startMark } from './run/events.ts'
export type { Curve } from './run/curve.ts'
export { curveOf, finalReturn } from './run/curve.ts'
export type { Verdict } from './run/aggregate.ts'
export { aggregateCurves, finalInterval, verdictOf } from './run/aggregate.ts'
export type { AnyLearner, AnyScheduler, LearnerEntry, LearnerFacts, OuterEntry, OuterFacts, Registry, RegistryModule, Settings } from './run/registry.ts'
export { defineLearner, defineOuter } from './run/registry.ts'
export { tuneProblems, tuneSchema, tuningOf } from './run/tuning-schema.ts'
