using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Tree;

namespace FhirGateway.FhirPath.Functions;

/// <summary>A function of the language.</summary>
internal sealed record Function(string Name, int MinArguments, int MaxArguments, FunctionBody Body)
{
    public string ArgumentsInWords =>
        MinArguments == MaxArguments ? (MinArguments == 1 ? "1 argument" : $"{MinArguments} arguments")
        : MaxArguments == int.MaxValue ? $"at least {MinArguments} arguments"
        : $"{MinArguments} to {MaxArguments} arguments";
}

internal delegate Collection FunctionBody(in Call call);

/// <summary>One call of a function: its input and its arguments, not yet evaluated.</summary>
internal readonly struct Call(Scope scope, Collection input, Expression[] arguments, string name, int offset)
{
    public Collection Input => input;

    public Evaluation Evaluation => scope.Evaluation;

    public int Offset => offset;

    public int ArgumentCount => arguments.Length;

    public Expression[] Arguments => arguments;

    public Scope Scope => scope;

    /// <summary>An argument, evaluated in the call's own place: <c>$this</c> is the caller's.</summary>
    public Collection Argument(int index) => arguments[index].Evaluate(scope);

    /// <summary>An argument, evaluated for an item of the input: <c>$this</c> is the item.</summary>
    public Collection ArgumentFor(FhirNode item, int place, int index = 0)
    {
        Charge(1);
        return arguments[index].Evaluate(scope.At(item, place));
    }

    /// <summary>A condition, evaluated for an item; unknown counts as unmet.</summary>
    public bool Holds(FhirNode item, int place) => Logic.Truth(ArgumentFor(item, place), scope.Evaluation, arguments[0].Offset) == true;

    /// <summary>The input's one item; null when it has none.</summary>
    /// <exception cref="FhirPathException">Several items.</exception>
    public FhirNode? Single() => input.Count switch
    {
        0 => null,
        1 => input[0],
        var count => throw Error($"{name}() works on a single item, not on {count}"),
    };

    /// <summary>The input's one value; null when it has none.</summary>
    /// <exception cref="FhirPathException">Several items.</exception>
    public object? SingleValue() => Single() is { } item ? Value(item) : null;

    /// <summary>The input as a string; null when it is empty or a primitive without value.</summary>
    /// <exception cref="FhirPathException">Several items, or not a string.</exception>
    public string? Text() => Single() is { } item ? TextOf(item, "a string as its input") : null;

    /// <summary>An argument as a string; null when it is empty.</summary>
    /// <exception cref="FhirPathException">Several items, or not a string.</exception>
    public string? TextArgument(int index) => SingleArgument(index) is { } item ? TextOf(item, "a string as argument") : null;

    /// <summary>An argument as a whole number; null when it is empty.</summary>
    /// <exception cref="FhirPathException">Several items, or not an Integer.</exception>
    public int? IntegerArgument(int index) => SingleArgument(index) switch
    {
        null => null,
        { Value: int number } => number,
        _ => throw Error($"{name}() needs an Integer as argument"),
    };

    /// <summary>An argument's one item; null when it is empty.</summary>
    /// <exception cref="FhirPathException">Several items.</exception>
    public FhirNode? SingleArgument(int index) => Argument(index) switch
    {
        { Count: 0 } => null,
        { Count: 1 } one => one[0],
        { Count: var count } => throw Error($"{name}() needs a single item as argument, not {count}"),
    };

    public FhirPathException Error(string problem) => scope.Evaluation.Error(problem, offset);

    public void Charge(long steps) => scope.Evaluation.Charge(steps, offset);

    /// <inheritdoc cref="Evaluation.ChargeText"/>
    public void ChargeText(long characters) => scope.Evaluation.ChargeText(characters, offset);

    /// <inheritdoc cref="Evaluation.Value"/>
    public object? Value(FhirNode item) => scope.Evaluation.Value(item, offset);

    private string? TextOf(FhirNode item, string what) => Value(item) switch
    {
        string text => text,
        null when item is ElementNode { Model.IsPrimitive: true } => null,
        _ => throw Error($"{name}() needs {what}, not {item.Type}"),
    };
}
