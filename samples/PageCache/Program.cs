using System.CommandLine;
using Damon.Monitoring;
using Damon.Records.Streams;
using Damon.Samples.PageCache;

Argument<string[]> paths = new("FILE") { Description = "files, or directories of files", Arity = ArgumentArity.OneOrMore };
Option<string> output = new("--out", "-o") { Description = "the record", DefaultValueFactory = _ => "pagecache.data" };
Option<ulong> sample = new("--sample", "-s") { Description = "sampling interval in microseconds", DefaultValueFactory = _ => 5_000 };
Option<ulong> aggregation = new("--aggr", "-a") { Description = "aggregation interval in microseconds", DefaultValueFactory = _ => 100_000 };
Option<ulong> update = new(
    "--update",
    "-u")
{ Description = "how often files are asked for their length, in microseconds", DefaultValueFactory = _ => 1_000_000 };
Option<int> minimum = new("--min", "-n") { Description = "lower limit of the number of regions", DefaultValueFactory = _ => 10 };
Option<int> maximum = new("--max", "-m") { Description = "upper limit of the number of regions", DefaultValueFactory = _ => 1_000 };
Option<string> check = new("--check")
{
    Description = "accesses (events), residency (cachestat, mincore), or the best that works",
    DefaultValueFactory = _ => "auto",
};
Option<string> tracefs = new("--tracefs") { Description = "where tracefs is mounted", DefaultValueFactory = _ => "/sys/kernel/tracing" };
Option<double> timeout = new("--timeout") { Description = "seconds after which to stop; 0 for Ctrl+C" };
_ = check.AcceptOnlyFromAmong(PageCacheChecks.Kinds);

RootCommand root = new("Records which parts of files are used.") { paths, output, sample, aggregation, update, minimum, maximum, check, tracefs, timeout };
root.SetAction(parsed =>
{
    MonitoringAttributes attributes = new()
    {
        SampleUs = parsed.GetValue(sample),
        AggregationUs = parsed.GetValue(aggregation),
        UpdateUs = parsed.GetValue(update),
        MinNrRegions = parsed.GetValue(minimum),
        MaxNrRegions = parsed.GetValue(maximum),
    };
    double seconds = parsed.GetValue(timeout);
    string? fault = attributes.Check() ?? (seconds is >= 0 and <= 1e6 ? null : $"the timeout is {seconds} s, but must be 0 to 1000000");
    if (fault is not null)
    {
        Console.Error.WriteLine($"pagecache: {fault}");
        return 2;
    }

    try
    {
        PageCacheRun.Record(
            new PageCacheOptions(parsed.GetValue(paths)!, parsed.GetValue(output)!, attributes, parsed.GetValue(check)!, parsed.GetValue(tracefs)!, seconds),
            Console.Error);
        return 0;
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException or CheckUnavailableException or RecordFormatException)
    {
        Console.Error.WriteLine($"pagecache: {e.Message}");
        return 1;
    }
});
ParseResult command = root.Parse(args);
int code = command.Invoke();
return command.Errors.Count > 0 ? 2 : code;
