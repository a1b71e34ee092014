using Damon.Samples.ManagedCache;

// managedcache [RECORD]   runs a cache under load for 12 seconds, and records what its monitor sees
// managedcache --cost     measures what an access costs
if (args is ["--cost"])
{
    AccessCost.Print(Console.Out);
    return 0;
}

if (args.Length > 1 || (args.Length == 1 && args[0].StartsWith('-')))
{
    Console.Error.WriteLine("managedcache: the argument is a file for the record (managedcache.data), or --cost");
    return 2;
}

try
{
    CacheDemo.Run(args is [var path] ? path : "managedcache.data", seconds: 12, Console.Out);
    return 0;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"managedcache: {e.Message}");
    return 1;
}
