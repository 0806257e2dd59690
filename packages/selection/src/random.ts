/** The one kind of chance our code asks for. Everything that draws takes it as an argument: `pcg32` outside tests, `scriptedRandom` in them. */
export interface Random {
  /** A uniform integer in 0..bound-1. `bound` is an integer in 1..2^32-1. */
  below(bound: number): number;
}
