"""Small source trees, one for each language that is simulated."""

from __future__ import annotations

_PYTHON = '''"""Prices of a shop."""


def price_of(item_name, count=3):
    # look the price up in the small table
    result = TABLE[item_name] * count
    print(result)
    return result


def report(flag=True):
    # the table may hold small items
    if flag:
        print("no such price here")
    return price_of("tea", 12)


TABLE = {"tea": 2}
'''
_SCRIPT = """const table = { tea: 2 };

function priceOf(itemName, count) {
  // look the price up in the small table
  const result = table[itemName] * count;
  console.log(result);
  return result;
}

function report(flag) {
  // the table may hold small items
  if (flag === true) {
    console.log("no such price here");
  }
  return priceOf("tea", 12);
}
"""
_JAVA = """package shop;

class Prices {
    private int price(String itemName, int count) {
        // look the price up in the small table
        int result = 2 * count;
        System.out.println(result);
        return result;
    }

    int report(boolean flag) {
        // the table may hold small items
        if (flag == true) {
            System.out.println("no such price here");
        }
        return price("tea", 12);
    }
}
"""
_GO = """package shop

import "fmt"

func price(itemName string, count int) int {
\t// look the price up in the small table
\tresult := 2 * count
\tfmt.Println(result)
\treturn result
}

func report(flag bool) int {
\t// the table may hold small items
\tif flag == true {
\t\tfmt.Println("no such price here")
\t}
\treturn price("tea", 12)
}
"""
_RUST = """fn price(item_name: &str, count: u32) -> u32 {
    // look the price up in the small table
    let result = 2 * count;
    show(result);
    return result;
}

fn report(flag: bool) -> u32 {
    // the table may hold small items
    if flag == true {
        show("no such price here");
    }
    return price("tea", 12);
}
"""
TREES: dict[str, dict[str, str]] = {
    "python": {"shop/prices.py": _PYTHON},
    "javascript": {"src/prices.js": _SCRIPT},
    "typescript": {"src/prices.ts": _SCRIPT.replace("itemName,", "itemName: string,")},
    "java": {"shop/Prices.java": _JAVA},
    "go": {"shop/prices.go": _GO},
    "rust": {"src/prices.rs": _RUST},
}
