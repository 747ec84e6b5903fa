"""
A generation of vanilla evolution strategies on Gymnasium's HalfCheetah-v5 in Python, for the bench.

    es_generation.py SCHEME POPSIZE PROCESSES PARAMETERS.f64

SCHEME is `pool` (long-lived processes that share the episodes and rebuild each candidate's noise from its seed) or `fork` (a process
per individual and generation, as the programs of the BiERL authors do). Every generation evaluates POPSIZE mirrored candidates and the
policy itself, one episode of 1000 steps each, ranks the returns and takes a step of Adam. Each line `generation` takes one and answers
`ok`. The first line names the versions.
"""

import multiprocessing
import os
import sys

import gymnasium
import mujoco
import numpy as np

SIZES = [17, 64, 64, 6]
SIGMA, RATE = 0.05, 0.02
env = None


def open_env():
    global env
    env = gymnasium.make("HalfCheetah-v5", disable_env_checker=True)


def candidate(mean, index, seed):
    if index is None:
        return mean
    noise = np.random.default_rng((seed, index // 2)).standard_normal(mean.size)
    return mean + (SIGMA if index % 2 == 0 else -SIGMA) * noise


def episode(job):
    mean, index, seed = job
    flat, at, layers = candidate(mean, index, seed), 0, []
    for inputs, outputs in zip(SIZES, SIZES[1:]):
        weight = flat[at : at + inputs * outputs].reshape(outputs, inputs)
        at += inputs * outputs
        layers.append((weight, flat[at : at + outputs]))
        at += outputs
    (w1, b1), (w2, b2), (w3, b3) = layers
    deviation = np.exp(flat[at:])
    source = np.random.default_rng((seed, 1 if index is None else 2 + index))
    total, over = 0.0, False
    obs, _ = env.reset(seed=int(source.integers(2**31)))
    while not over:
        action = w3 @ np.tanh(w2 @ np.tanh(w1 @ obs + b1) + b2) + b3 + deviation * source.standard_normal(6)
        obs, reward, terminated, truncated, _ = env.step(action)
        total += reward
        over = terminated or truncated
    return total


def forked(job, sender):
    sender.send(episode(job))
    sender.close()
    os._exit(0)


def by_fork(jobs):
    context = multiprocessing.get_context("fork")
    running = []
    for job in jobs:
        receiver, sender = context.Pipe(False)
        process = context.Process(target=forked, args=(job, sender))
        process.start()
        sender.close()
        running.append((process, receiver))
    returns = [receiver.recv() for _, receiver in running]
    for process, _ in running:
        process.join()
    return returns


def update(mean, moments, returns, seed, generation):
    ranks = np.empty(len(returns))
    ranks[np.argsort(returns)] = np.linspace(-0.5, 0.5, len(returns))
    gradient = np.zeros_like(mean)
    for pair in range(len(returns) // 2):
        noise = np.random.default_rng((seed, pair)).standard_normal(mean.size)
        gradient += (ranks[2 * pair] - ranks[2 * pair + 1]) * noise
    gradient /= len(returns) * SIGMA
    first, second = moments
    first += 0.1 * (gradient - first)
    second += 0.001 * (gradient * gradient - second)
    step = generation + 1
    mean += RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)


def main():
    scheme, popsize, processes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    mean = np.fromfile(sys.argv[4])
    moments = (np.zeros_like(mean), np.zeros_like(mean))
    pool = multiprocessing.Pool(processes, initializer=open_env) if scheme == "pool" else None
    if pool is None:
        open_env()
    print(f"Gymnasium {gymnasium.__version__}, MuJoCo {mujoco.__version__}, NumPy {np.__version__}", flush=True)
    for generation, _ in enumerate(sys.stdin):
        jobs = [(mean, index, generation) for index in [*range(popsize), None]]
        returns = by_fork(jobs) if pool is None else pool.map(episode, jobs, chunksize=1)
        update(mean, moments, returns[:-1], generation, generation)
        print("ok", flush=True)
    if pool is not None:
        pool.terminate()


main()
