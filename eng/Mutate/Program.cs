using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Damon.Mutations;

bool list = args.Contains("--list", StringComparer.Ordinal);
bool slow = args.Contains("--slow", StringComparer.Ordinal);
bool again = args.Contains("--again", StringComparer.Ordinal);
List<string> wanted = args.Where(a => a is not ("--list" or "--slow" or "--again")).ToList();
if (wanted.Count < 2 || wanted.Exists(w => w.StartsWith('-')))
{
    Console.Error.WriteLine("usage: eng/mutate [--list | --slow] FILE|FOLDER...    below src/Damon, for example: eng/mutate Schemes Records/SidecarReader.cs");
    Console.Error.WriteLine("       eng/mutate [--slow] --again OUTPUT...          what an earlier run named");
    return 2;
}

// Lines move, so a change is known again by its text.
ILookup<string, string>? named = !again ? null : wanted.Skip(1).SelectMany(File.ReadLines)
    .Select(line => Regex.Match(line, "^[A-Z ]+ (?<file>[^ :]+):[0-9]+: (?<text>.*)$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)))
    .Where(m => m.Success).ToLookup(m => m.Groups["file"].Value, m => m.Groups["text"].Value, StringComparer.Ordinal);

string source = Path.Combine(wanted[0], "src/Damon");
string work = Path.Combine(wanted[0], "artifacts/mutate");
IEnumerable<string> files = named?.Select(n => n.Key).Where(f => File.Exists(Path.Combine(source, f)))
    ?? wanted.Skip(1).SelectMany(w => Directory.Exists(Path.Combine(source, w))
    ? Directory.GetFiles(Path.Combine(source, w), "*.cs").Order(StringComparer.Ordinal).Select(f => Path.GetRelativePath(source, f))
    : [w]);
Library library = new(source, Path.Combine(work, "build/Damon.rsp"), Path.Combine(work, "build/obj/Damon/release/generated"));
List<Mutation> mutations;
try
{
    mutations = [.. library.Find(files.Distinct(StringComparer.Ordinal)).Where(m => named is null || named[m.File].Contains(m.Text, StringComparer.Ordinal))];
}
catch (FileNotFoundException e)
{
    Console.Error.WriteLine($"eng/mutate: {e.Message}");
    return 2;
}

if (list)
{
    mutations.ForEach(Console.WriteLine);
    return 0;
}

string tests = Path.Combine(work, "build/publish/Damon.Tests/release_linux-x64");
TestProgram switched = new(tests, Path.Combine(work, "switched"));
library.WriteSwitched(mutations, switched.Library);
Console.Error.WriteLine($"{mutations.Count} changes, {mutations.Count(m => !m.Switchable)} of them take a compilation each");
string met = Path.Combine(work, "met");
File.Delete(met);
List<string> failed = switched.Run([], -1, TimeSpan.FromMinutes(10), met);
if (failed.Count > 0)
{
    Console.Error.WriteLine($"eng/mutate: without any change these tests fail, and so cannot tell anything: {string.Join(", ", failed)}");
    return 2;
}

MutationRun run = new(
    library,
    switched,
    [.. Enumerable.Range(0, Environment.ProcessorCount).Select(i => new TestProgram(tests, Path.Combine(work, $"own{i}")))],
    new TestMap(met, mutations, library.NumberOf),
    slow);
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
{
    context.Cancel = true;
    run.Stop();
});
return run.Try(mutations) ? 0 : 1;
