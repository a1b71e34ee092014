using Damon.Linux.KernelDamon;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.Processes;

namespace Programming;

static class Program
{
    static int Main(string[] arguments)
    {
        try
        {
            switch (arguments)
            {
                case ["own-process"]:
                    OwnProcess.Run();
                    return 0;
                case ["other-process", var pid]:
                    OtherProcess.Run(int.Parse(pid));
                    return 0;
                case ["hot-ranges"]:
                    HotRanges.Run();
                    return 0;
                case ["change"]:
                    Change.Run();
                    return 0;
                case ["schemes"]:
                    KernelActions.Run();
                    return 0;
                case ["own-action"]:
                    OwnAction.Run();
                    return 0;
                case ["address-space"]:
                    AddressSpace.Run();
                    return 0;
                case ["contexts"]:
                    Contexts.Run();
                    return 0;
                case ["records", var path]:
                    Records.Run(path);
                    return 0;
                case ["kernel-damon", var pid]:
                    KernelDamon.Run(KernelBackends.All(), int.Parse(pid));
                    return 0;
                case ["heap"]:
                    Heap.Run();
                    return 0;
                case ["meters"]:
                    Meters.Run();
                    return 0;
                case ["serve", var seconds]:
                    Serve.Run(TimeSpan.FromSeconds(int.Parse(seconds)));
                    return 0;
                default:
                    Console.Error.WriteLine(
                        "usage: Programming own-process | other-process PID | hot-ranges | change | schemes | own-action | address-space | contexts | records "
                            + "FILE | kernel-damon PID | heap | meters | serve SECONDS");
                    return 2;
            }
        }
        catch (Exception e) when (e is TargetOpenException or KernelDamonException)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }
}
