using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Linux.Actions;

/// <summary>A piece of memory that the kernel refused advice on.</summary>
/// <param name="Piece">The addresses; some of them may have been advised all the same.</param>
/// <param name="Error">Why.</param>
readonly record struct AdviceFailure(AddressRange Piece, Errno Error);
