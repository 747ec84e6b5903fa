/*
 * The bare loop over the world of the lunar lander in Box2D, compiled to native code, for the bench: the same outlines, joints, ground
 * and impulses as the loop over ours.
 *
 *     lander-loop EPISODES.bin
 *
 * EPISODES.bin holds float64 numbers of the machine's own byte order: the number of episodes, then per episode 11 points of the ground
 * (x, y), the force at the start (x, y), the number of steps, and per step the number of impulses with impulse (x, y) and place (x, y) of
 * each. A first step without impulses ends every reset.
 *
 * Reads one word per line: `run` simulates all episodes, resets included, and answers the nanoseconds of processor time that it took;
 * `pose` answers the place of the hull after twenty steps of the first episode. Ends at the end of its input.
 *
 * Build: g++ -O2 -I INCLUDE lander-loop.cpp LIBRARY -Wl,-rpath,FOLDER -o lander-loop
 */
#include <box2d/box2d.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

namespace {

constexpr float kScale = 30;
constexpr float kWidth = 600 / kScale;
constexpr float kHeight = 400 / kScale;
constexpr float kStep = 1.0f / 50;
constexpr int kVelocityIterations = 180;
constexpr int kPositionIterations = 60;
constexpr int kGroundPoints = 11;
constexpr size_t kPoseSteps = 20;

struct Push {
  b2Vec2 impulse, at;
};

struct Episode {
  std::vector<b2Vec2> ground;
  b2Vec2 force;
  std::vector<std::vector<Push>> steps;
};

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "lander-loop: %s\n", what);
  std::exit(1);
}

double ReadNumber(std::FILE* file) {
  double value;
  if (std::fread(&value, sizeof value, 1, file) != 1) Fail("the file of episodes is too short");
  return value;
}

b2Vec2 ReadPoint(std::FILE* file) {
  const float x = static_cast<float>(ReadNumber(file));
  return {x, static_cast<float>(ReadNumber(file))};
}

std::vector<Episode> ReadEpisodes(const char* path) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) Fail("the file of episodes cannot be opened");
  std::vector<Episode> episodes(static_cast<size_t>(ReadNumber(file)));
  for (Episode& episode : episodes) {
    for (int i = 0; i < kGroundPoints; i++) episode.ground.push_back(ReadPoint(file));
    episode.force = ReadPoint(file);
    episode.steps.resize(static_cast<size_t>(ReadNumber(file)));
    for (auto& pushes : episode.steps) {
      pushes.resize(static_cast<size_t>(ReadNumber(file)));
      for (Push& push : pushes) {
        push.impulse = ReadPoint(file);
        push.at = ReadPoint(file);
      }
    }
  }
  std::fclose(file);
  return episodes;
}

b2Vec2 Pixels(float x, float y) { return {x / kScale, y / kScale}; }

b2Body* AddPart(b2World& world, b2Vec2 position, float angle, const std::vector<b2Vec2>& outline, float density, float friction, uint16 category) {
  b2BodyDef definition;
  definition.type = b2_dynamicBody;
  definition.position = position;
  definition.angle = angle;
  b2Body* body = world.CreateBody(&definition);
  b2PolygonShape shape;
  shape.Set(outline.data(), static_cast<int>(outline.size()));
  b2FixtureDef fixture;
  fixture.shape = &shape;
  fixture.density = density;
  fixture.friction = friction;
  fixture.filter.categoryBits = category;
  fixture.filter.maskBits = 1;
  body->CreateFixture(&fixture);
  return body;
}

struct Lander {
  b2World world{{0, -10}};
  b2Body* hull;

  explicit Lander(const std::vector<b2Vec2>& surface) {
    b2BodyDef still;
    b2Body* ground = world.CreateBody(&still);
    const auto add_edge = [&](b2Vec2 from, b2Vec2 to, float friction) {
      b2EdgeShape edge;
      edge.SetTwoSided(from, to);
      b2FixtureDef fixture;
      fixture.shape = &edge;
      fixture.friction = friction;
      fixture.filter.categoryBits = 1;
      ground->CreateFixture(&fixture);
    };
    add_edge({0, 0}, {kWidth, 0}, 0.2f);
    for (size_t i = 0; i + 1 < surface.size(); i++) add_edge(surface[i], surface[i + 1], 0.1f);

    const b2Vec2 start(kWidth / 2, kHeight);
    hull = AddPart(world, start, 0, {Pixels(-14, 17), Pixels(-17, 0), Pixels(-17, -10), Pixels(17, -10), Pixels(17, 0), Pixels(14, 17)}, 5, 0.1f, 0x10);
    for (const float side : {-1.0f, 1.0f}) {
      b2Body* leg = AddPart(world, {start.x - side * 20 / kScale, start.y}, side * 0.05f, {Pixels(-2, -8), Pixels(2, -8), Pixels(2, 8), Pixels(-2, 8)}, 1, 0.2f, 0x20);
      b2RevoluteJointDef joint;
      joint.bodyA = hull;
      joint.bodyB = leg;
      joint.localAnchorA.Set(0, 0);
      joint.localAnchorB.Set(side * 20 / kScale, 18 / kScale);
      joint.referenceAngle = leg->GetAngle();
      joint.enableMotor = true;
      joint.enableLimit = true;
      joint.maxMotorTorque = 40;
      joint.motorSpeed = 0.3f * side;
      joint.lowerAngle = side < 0 ? 0.4f : -0.9f;
      joint.upperAngle = side < 0 ? 0.9f : -0.4f;
      world.CreateJoint(&joint);
    }
  }

  void Advance() { world.Step(kStep, kVelocityIterations, kPositionIterations); }
};

b2Vec2 RunEpisode(const Episode& episode, size_t steps) {
  const auto lander = std::make_unique<Lander>(episode.ground);
  lander->hull->ApplyForceToCenter(episode.force, true);
  lander->Advance();
  for (size_t t = 0; t < steps; t++) {
    for (const Push& push : episode.steps[t]) lander->hull->ApplyLinearImpulse(push.impulse, push.at, true);
    lander->Advance();
  }
  return lander->hull->GetPosition();
}

long long ProcessorTime() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return 1000000000LL * now.tv_sec + now.tv_nsec;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) Fail("usage: lander-loop EPISODES.bin");
  const std::vector<Episode> episodes = ReadEpisodes(arguments[1]);
  std::printf("Box2D %d.%d.%d\n", b2_version.major, b2_version.minor, b2_version.revision);
  std::fflush(stdout);
  char line[100];
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    const std::string word = std::string(line).substr(0, 3);
    if (word == "run") {
      const long long start = ProcessorTime();
      for (const Episode& episode : episodes) RunEpisode(episode, episode.steps.size());
      std::printf("%lld\n", ProcessorTime() - start);
    } else if (word == "pos") {
      const b2Vec2 place = RunEpisode(episodes[0], std::min(kPoseSteps, episodes[0].steps.size()));
      std::printf("%.9g %.9g\n", place.x, place.y);
    } else {
      Fail("unknown word");
    }
    std::fflush(stdout);
  }
  return 0;
}
