/*
 * The bare loop over a MuJoCo model in C, for the bench: the same model, starts and controls as the loop over the WebAssembly build.
 *
 *     mujoco-loop MODEL.xml EPISODES.bin
 *
 * EPISODES.bin holds numbers of the machine's own byte order: five int64 (episodes, timesteps per control step, whether contact forces
 * are computed, whether everything is brought up to date after a control step, drives), then per episode an int64 (its control steps),
 * its positions and velocities (double), and the drives' commands of all its control steps (double).
 *
 * Reads one word per line: `run` takes all control steps and answers the nanoseconds of processor time that they took; `pose` answers
 * the positions after the first ten control steps of the first episode. Ends at the end of its input.
 *
 * Build: gcc -O2 -I INCLUDE mujoco-loop.c LIBRARY -Wl,-rpath,FOLDER -o mujoco-loop
 */
#include <mujoco/mujoco.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { POSE_STEPS = 10 };

typedef struct {
  int64_t steps;
  double *start;
  double *controls;
} Episode;

static mjModel *model;
static mjData *data;
static int64_t header[5];
static Episode *episodes;

static void fail(const char *what) {
  fprintf(stderr, "mujoco-loop: %s\n", what);
  exit(1);
}

static void read_exactly(void *to, size_t size, size_t count, FILE *file) {
  if (fread(to, size, count, file) != count) fail("the file of episodes is too short");
}

static double *read_numbers(size_t count, FILE *file) {
  double *numbers = malloc((count ? count : 1) * sizeof(double));
  if (!numbers) fail("no memory");
  read_exactly(numbers, sizeof(double), count, file);
  return numbers;
}

static void read_episodes(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) fail("the file of episodes cannot be opened");
  read_exactly(header, sizeof(int64_t), 5, file);
  if (header[4] != model->nu) fail("the episodes are for another model");
  episodes = malloc(header[0] * sizeof(Episode));
  if (!episodes) fail("no memory");
  for (int64_t e = 0; e < header[0]; e++) {
    read_exactly(&episodes[e].steps, sizeof(int64_t), 1, file);
    episodes[e].start = read_numbers(model->nq + model->nv, file);
    episodes[e].controls = read_numbers(episodes[e].steps * model->nu, file);
  }
  fclose(file);
}

static void run_episode(const Episode *episode, int64_t steps) {
  mj_resetData(model, data);
  memcpy(data->qpos, episode->start, model->nq * sizeof(double));
  memcpy(data->qvel, episode->start + model->nq, model->nv * sizeof(double));
  mj_forward(model, data);
  for (int64_t t = 0; t < steps; t++) {
    memcpy(data->ctrl, episode->controls + t * model->nu, model->nu * sizeof(double));
    for (int64_t s = 0; s < header[1]; s++) mj_step(model, data);
    if (header[3]) mj_forward(model, data);
    if (header[2]) mj_rnePostConstraint(model, data);
    if (header[3]) mj_subtreeVel(model, data);
  }
}

static int64_t processor_time(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return 1000000000LL * now.tv_sec + now.tv_nsec;
}

int main(int count, char **arguments) {
  char reason[1000] = "";
  char line[100];
  if (count != 3) fail("usage: mujoco-loop MODEL.xml EPISODES.bin");
  model = mj_loadXML(arguments[1], NULL, reason, sizeof reason);
  if (!model) fail(reason);
  data = mj_makeData(model);
  read_episodes(arguments[2]);
  printf("MuJoCo %s\n", mj_versionString());
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    if (!strncmp(line, "run", 3)) {
      int64_t start = processor_time();
      for (int64_t e = 0; e < header[0]; e++) run_episode(&episodes[e], episodes[e].steps);
      printf("%lld\n", (long long)(processor_time() - start));
    } else if (!strncmp(line, "pose", 4)) {
      run_episode(&episodes[0], episodes[0].steps < POSE_STEPS ? episodes[0].steps : POSE_STEPS);
      for (int i = 0; i < model->nq; i++) printf("%.17g%c", data->qpos[i], i + 1 < model->nq ? ' ' : '\n');
    } else {
      fail("unknown word");
    }
    fflush(stdout);
  }
  mj_deleteData(data);
  mj_deleteModel(model);
  return 0;
}
