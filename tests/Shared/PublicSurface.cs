using System.Reflection;
using System.Runtime.CompilerServices;

namespace Damon.Tests.Shared;

/// <summary>The public face of an assembly as text: a type or a member per line, sorted.</summary>
static class PublicSurface
{
    const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    static readonly NullabilityInfoContext s_nullability = new();

    static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(char)] = "char",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(decimal)] = "decimal",
    };

    /// <summary>The text.</summary>
    public static string Of(Assembly assembly)
    {
        List<string> lines = [];
        foreach (Type type in assembly.GetExportedTypes())
        {
            string name = NameOf(type);
            lines.Add($"{name}: {KindOf(type)}{BasesOf(type)}");
            lines.AddRange(MembersOf(type).Select(member => $"{name}.{member}"));
        }

        return string.Join('\n', lines.Order(StringComparer.Ordinal)) + "\n";
    }

    static string KindOf(Type type)
    {
        if (type.IsEnum)
        {
            return $"enum {NameOf(type.GetEnumUnderlyingType())}";
        }

        if (type.IsValueType)
        {
            return (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "") + (type.IsByRefLike ? "ref " : "") + "struct";
        }

        return type.IsInterface ? "interface"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type is { IsAbstract: true, IsSealed: true } ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class" : "class";
    }

    static string BasesOf(Type type)
    {
        List<string> bases = [];
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
        {
            bases.Add(NameOf(parent));
        }

        if (!type.IsEnum)
        {
            bases.AddRange(type.GetInterfaces().Where(face => face.IsVisible).Select(NameOf).Order(StringComparer.Ordinal));
        }

        return bases.Count == 0 ? "" : " : " + string.Join(", ", bases);
    }

    static IEnumerable<string> MembersOf(Type type)
    {
        foreach (FieldInfo field in type.GetFields(Declared).Where(field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName))
        {
            yield return type.IsEnum
                ? $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue())}"
                : $"{field.Name} -> "
                    + $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{NameOf(field.FieldType)}{Mark(s_nullability.Create(field).ReadState, field.FieldType)}";
        }

        foreach (PropertyInfo property in type.GetProperties(Declared))
        {
            List<string> accessors = [];
            if (property.GetMethod is { } getter && IsVisible(getter))
            {
                accessors.Add("get");
            }

            if (property.SetMethod is { } setter && IsVisible(setter))
            {
                accessors.Add(setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init" : "set");
            }

            if (accessors.Count > 0)
            {
                MethodInfo any = property.GetMethod ?? property.SetMethod!;
                yield return $"{property.Name}{Indices(property)} {{ {string.Join("; ", accessors)} }} -> "
                    + $"{Modifiers(any)}{(property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "")}{NameOf(property.PropertyType)}{Mark(s_nullability.Create(property).ReadState, property.PropertyType)}";
            }
        }

        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(IsVisible))
        {
            yield return $"new({Parameters(constructor)})";
        }

        foreach (MethodInfo method in type.GetMethods(Declared).Where(method => IsVisible(method) && !IsAccessor(method)))
        {
            string generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(NameOf))}>" : "";
            yield return $"{method.Name}{generic}({Parameters(method)}) -> "
                + $"{Modifiers(method)}{NameOf(method.ReturnType)}{Mark(s_nullability.Create(method.ReturnParameter).ReadState, method.ReturnType)}";
        }

        foreach (EventInfo happening in type.GetEvents(Declared).Where(happening => IsVisible(happening.AddMethod!)))
        {
            yield return $"{happening.Name} -> event {NameOf(happening.EventHandlerType!)}";
        }
    }

    /// <summary>What the compiler makes for records is left out by name, but for their constructors and conversions.</summary>
    static bool IsVisible(MethodBase method) =>
        (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly) && method.Name is not "<Clone>$" and not "PrintMembers"
        && !(method.IsDefined(typeof(CompilerGeneratedAttribute))
            && method is MethodInfo
            && method.Name is "Equals" or "GetHashCode" or "ToString" or "op_Equality" or "op_Inequality");

    static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && (method.Name.StartsWith("get_", StringComparison.Ordinal) || method.Name.StartsWith("set_", StringComparison.Ordinal)
        || method.Name.StartsWith("add_", StringComparison.Ordinal) || method.Name.StartsWith("remove_", StringComparison.Ordinal));

    static string Modifiers(MethodBase method) =>
        method.IsStatic ? "static " + (method.IsAbstract ? "abstract " : "")
        : method.DeclaringType!.IsInterface ? (method.IsAbstract ? "" : "default ")
        : method.IsAbstract ? "abstract " : "";

    static string Indices(PropertyInfo property) =>
        property.GetIndexParameters() is { Length: > 0 } indices ? $"[{string.Join(", ", indices.Select(index => NameOf(index.ParameterType)))}]" : "";

    static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(ParameterOf));

    static string ParameterOf(ParameterInfo parameter)
    {
        string way = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        Type type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        string value = !parameter.HasDefaultValue ? "" : parameter.DefaultValue switch
        {
            null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? " = default" : " = null",
            string text => $" = \"{text}\"",
            bool truth => truth ? " = true" : " = false",
            var other => string.Create(System.Globalization.CultureInfo.InvariantCulture, $" = {other}"),
        };
        return $"{way}{NameOf(type)}{Mark(s_nullability.Create(parameter).ReadState, type)} {parameter.Name}{value}";
    }

    static string Mark(NullabilityState state, Type type) => state == NullabilityState.Nullable && !type.IsValueType ? "?" : "";

    static string NameOf(Type type)
    {
        if (s_keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        if (type.IsByRef)
        {
            return "ref " + NameOf(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return NameOf(type.GetElementType()!) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return NameOf(value) + "?";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        string name = (type.Namespace is { } space && space.StartsWith("System", StringComparison.Ordinal) ? "" : type.Namespace + ".")
            + type.Name.Split('`')[0];
        if (type.DeclaringType is { } outer)
        {
            name = $"{NameOf(outer)}.{type.Name.Split('`')[0]}";
        }

        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : name;
    }
}
