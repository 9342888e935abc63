using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath.Functions;

/// <summary>Mathematics (FHIRPath N1 §5.7). What has no result in the real numbers, or none that fits, is empty.</summary>
internal static class MathFunctions
{
    // Whole powers up to this are multiplied out; beyond it, a double is used.
    private const int MaxPower = 1000;

    public static readonly Function[] All =
    [
        new("abs", 0, 0, (in Call call) => Of(call, value => value switch
        {
            int number => number == int.MinValue ? null : Math.Abs(number),
            long number => number == long.MinValue ? null : Math.Abs(number),
            WideNumber number => number.Abs(),
            Quantity quantity => quantity.Abs(),
            decimal number => Math.Abs(number),
            _ => throw new InvalidCastException(),
        })),
        new("ceiling", 0, 0, (in Call call) => Of(call, value => Whole(decimal.Ceiling(Number(value))))),
        new("floor", 0, 0, (in Call call) => Of(call, value => Whole(decimal.Floor(Number(value))))),
        new("truncate", 0, 0, (in Call call) => Of(call, value => Whole(decimal.Truncate(Number(value))))),
        new("round", 0, 1, Round),
        new("exp", 0, 0, (in Call call) => Of(call, value => Real(Math.Exp((double)Number(value))))),
        new("ln", 0, 0, (in Call call) => Of(call, value => Real(Math.Log((double)Number(value))))),
        new("log", 1, 1, (in Call call) => WithNumber(call, (value, logBase) => Real(Math.Log((double)value, (double)logBase)))),
        new("power", 1, 1, Power),
        new("sqrt", 0, 0, (in Call call) => Of(call, value => Real(Math.Sqrt((double)Number(value))))),
    ];

    private static Collection Of(in Call call, Func<object, object?> calculation)
    {
        if (call.SingleValue() is not { } value)
        {
            return call.Input.IsEmpty || call.Input[0] is ElementNode { Model.IsPrimitive: true }
                ? Collection.Empty
                : throw call.Error("A number is needed");
        }

        try
        {
            return calculation(value) is { } result ? Collection.Of(ValueNode.OfValue(result)) : Collection.Empty;
        }
        catch (OverflowException)
        {
            return Collection.Empty;
        }
        catch (InvalidCastException)
        {
            throw call.Error("A number is needed");
        }
    }

    private static Collection WithNumber(in Call call, Func<decimal, decimal, object?> calculation)
    {
        if (call.SingleArgument(0) is not { } argument) return Collection.Empty;
        if (!Numbers.Is(argument.Value)) throw call.Error("A number is needed as argument");
        return Of(call, value => calculation(Number(value), Number(argument.Value!)));
    }

    private static Collection Round(in Call call)
    {
        var places = call.ArgumentCount == 1 ? call.IntegerArgument(0) ?? 0 : 0;
        if (places < 0) throw call.Error("round() needs a precision of 0 or more");
        return Of(call, value => Math.Round(Number(value), Math.Min(places, 28), MidpointRounding.AwayFromZero));
    }

    // Whole powers of numbers are calculated exactly; an Integer stays one.
    private static Collection Power(in Call call)
    {
        call.Charge(MaxPower / 4);
        var isInteger = call.Input is { Count: 1 } && call.Input[0].Value is int && call.SingleArgument(0)?.Value is int;
        return WithNumber(call, (value, exponent) =>
        {
            if (exponent != decimal.Truncate(exponent) || exponent is < 0 or > MaxPower)
            {
                return Real(Math.Pow((double)value, (double)exponent));
            }

            var result = 1m;
            for (var i = 0; i < exponent; i++) result *= value;
            return isInteger ? (object?)Whole(result) : result;
        });
    }

    private static decimal Number(object value) => Numbers.ToDecimal(value) ?? throw new InvalidCastException();

    private static int? Whole(decimal value) => value is >= int.MinValue and <= int.MaxValue ? (int)value : null;

    private static decimal? Real(double value) => double.IsFinite(value) ? (decimal)value : null;
}
