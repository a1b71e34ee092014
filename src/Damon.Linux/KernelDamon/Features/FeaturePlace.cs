namespace Damon.Linux.KernelDamon.Features;

/// <summary>Kinds of folders of the sysfs interface.</summary>
enum FeaturePlace
{
    /// <summary>That of all kdamonds, which is always there.</summary>
    Admin,

    /// <summary>That of a kdamond.</summary>
    Kdamond,

    /// <summary>That of a context.</summary>
    Context,

    /// <summary>That of a target.</summary>
    Target,

    /// <summary>That of a scheme.</summary>
    Scheme,

    /// <summary>That of a goal of a quota.</summary>
    Goal,

    /// <summary>That of a filter.</summary>
    Filter,
}
