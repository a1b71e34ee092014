using System.Diagnostics;
using System.Reflection;
using Xunit.v3;

[assembly: Damon.Tests.MutantsMet]

namespace Damon.Tests;

/// <summary>Writes after each test its name, how long it took, and the mutations that it met.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class MutantsMetAttribute : BeforeAfterTestAttribute
{
    static readonly string? s_path = Environment.GetEnvironmentVariable("MUTANTS_MET");

    // The library has this class only when it was rewritten.
    static readonly bool[]? s_met = (bool[]?)Type.GetType("Damon.Mutant, Damon")?.GetField("Met")!.GetValue(null);
    static long s_since = Stopwatch.GetTimestamp();

    // Not from before the test: its class has been constructed by then.
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (s_path is not null && s_met is not null)
        {
            IEnumerable<int> numbers = Enumerable.Range(0, s_met.Length).Where(i => s_met[i]);
            File.AppendAllText(
                s_path,
                $"{methodUnderTest.ReflectedType!.FullName}.{methodUnderTest.Name}\t{Stopwatch.GetElapsedTime(s_since).TotalMilliseconds:0}\t{string.Join(' ', numbers)}\n");
            Array.Clear(s_met);
            s_since = Stopwatch.GetTimestamp();
        }
    }
}
